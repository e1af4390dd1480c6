import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createOutbound, type OutboundOptions } from '../../../src/modules/outbound/index.ts'
import type { OutboundRequest } from '../../../src/modules/outbound/types.ts'
import { type Answer, startServer } from '../../support/local-server.ts'

function makeOutbound(options: Partial<OutboundOptions> = {}) {
  const outbound = createOutbound({
    allowPrivate: true,
    allow: [],
    requestTimeoutMs: 10_000,
    connectTimeoutMs: 5_000,
    ...options,
  })
  return Object.assign(outbound, { [Symbol.asyncDispose]: () => outbound.close() })
}

function get(url: string, more: Partial<OutboundRequest> = {}): OutboundRequest {
  return { method: 'GET', url, headers: {}, maxRedirects: 5, maxResponseBytes: 1000, ...more }
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  )
  return error instanceof StepstreamError ? error.code : String(error)
}

const hello: Answer = (_, response) => response.end('hello')

const redirectTo =
  (location: string, status = 302): Answer =>
  (request, response) => {
    if (request.path !== '/start') return response.end(`reached ${request.method}`)
    return response.writeHead(status, { location }).end('moved')
  }

describe('a request', () => {
  test('sends method, headers and body, and gives back status, headers and bytes', async () => {
    await using server = await startServer((request, response) =>
      response.writeHead(201, { 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] }).end(request.body),
    )
    await using outbound = makeOutbound()
    const response = await outbound.request(
      get(`${server.url}/p?q=1`, { method: 'POST', headers: { 'x-b': '2' }, body: 'grüezi' }),
    )
    expect(response.status).toBe(201)
    expect(response.headers).toMatchObject({ 'x-a': '1', 'set-cookie': ['a=1', 'b=2'] })
    expect(response.body.toString()).toBe('grüezi')
    expect(server.received[0]).toMatchObject({ method: 'POST', path: '/p?q=1' })
    expect(server.received[0]?.headers).toMatchObject({ 'x-b': '2' })
  })

  test('tells each piece of the body as it comes, but of no redirect', async () => {
    let goOn = () => {}
    await using server = await startServer((request, response) => {
      if (request.path === '/start') return redirectTo('/pieces')(request, response)
      response.writeHead(203, { 'x-a': '1' }).write('one,')
      goOn = () => response.end('two')
    })
    await using outbound = makeOutbound()
    const told: unknown[] = []
    const response = await outbound.request(
      get(`${server.url}/start`, {
        onData(piece, { status, headers }) {
          told.push([Buffer.from(piece).toString(), status, headers['x-a']])
          goOn()
        },
      }),
    )
    expect(told).toEqual([
      ['one,', 203, '1'],
      ['two', 203, '1'],
    ])
    expect(response.body.toString()).toBe('one,two')
  })

  test('ends when whoever listens to it throws', async () => {
    await using server = await startServer(hello)
    await using outbound = makeOutbound()
    const onData = () => {
      throw new Error('enough')
    }
    await expect(outbound.request(get(server.url, { onData }))).rejects.toThrow('enough')
  })

  test('keeps connections alive between requests', async () => {
    await using server = await startServer(hello)
    await using outbound = makeOutbound()
    for (let n = 0; n < 10; n += 1) await outbound.request(get(server.url))
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  test('fails with NETWORK_ERROR when nothing listens', async () => {
    const server = await startServer(hello)
    await server[Symbol.asyncDispose]()
    await using outbound = makeOutbound()
    expect(await codeOf(outbound.request(get(server.url)))).toBe('NETWORK_ERROR')
  })

  test('fails with NETWORK_ERROR when the connection breaks half-way', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })
    await using outbound = makeOutbound()
    expect(await codeOf(outbound.request(get(server.url)))).toBe('NETWORK_ERROR')
  })

  test('fails with NETWORK_ERROR when the name cannot be resolved', async () => {
    await using outbound = makeOutbound({
      resolve: () =>
        Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    })
    expect(await codeOf(outbound.request(get('http://nowhere.example/')))).toBe('NETWORK_ERROR')
  })

  test('fails with NETWORK_ERROR when the name has no address', async () => {
    await using outbound = makeOutbound({ resolve: async () => [] })
    expect(await codeOf(outbound.request(get('http://nowhere.example/')))).toBe('NETWORK_ERROR')
  })

  test('fails with INVALID_STEP_INPUT when a header cannot be sent', async () => {
    await using outbound = makeOutbound()
    const request = get('http://127.0.0.1:1/', { headers: { 'x-a': 'a\r\nb: c' } })
    expect(await codeOf(outbound.request(request))).toBe('INVALID_STEP_INPUT')
  })
})

describe('limits', () => {
  test('a server that does not answer in time is a REQUEST_TIMEOUT', async () => {
    await using server = await startServer(() => {})
    await using outbound = makeOutbound()
    const request = get(server.url, { requestTimeoutMs: 30 })
    expect(await codeOf(outbound.request(request))).toBe('REQUEST_TIMEOUT')
  })

  test('the time limit covers a body that trickles', async () => {
    await using server = await startServer((_, response) => {
      response.writeHead(200)
      response.write('a')
    })
    await using outbound = makeOutbound()
    const request = get(server.url, { requestTimeoutMs: 30 })
    expect(await codeOf(outbound.request(request))).toBe('REQUEST_TIMEOUT')
  })

  test('a name server that never answers is a REQUEST_TIMEOUT by the connect timeout', async () => {
    await using outbound = makeOutbound({ resolve: () => new Promise(() => {}) })
    const request = get('http://slow.example/', { connectTimeoutMs: 20 })
    expect(await codeOf(outbound.request(request))).toBe('REQUEST_TIMEOUT')
  })

  test('a body over the limit is RESPONSE_TOO_LARGE, announced or not', async () => {
    await using announced = await startServer((_, response) => response.end('x'.repeat(1001)))
    await using chunked = await startServer((_, response) => {
      const write = (): unknown => response.write('x'.repeat(400), () => response.closed || write())
      write()
    })
    await using outbound = makeOutbound()
    expect(await codeOf(outbound.request(get(announced.url)))).toBe('RESPONSE_TOO_LARGE')
    expect(await codeOf(outbound.request(get(chunked.url)))).toBe('RESPONSE_TOO_LARGE')
  })

  test('a body of exactly the limit passes, and HEAD only announces one', async () => {
    await using server = await startServer((request, response) => {
      response.setHeader('content-length', request.method === 'HEAD' ? 5000 : 1000)
      response.end(request.method === 'HEAD' ? undefined : 'x'.repeat(1000))
    })
    await using outbound = makeOutbound()
    expect((await outbound.request(get(server.url))).body.byteLength).toBe(1000)
    const head = await outbound.request(get(server.url, { method: 'HEAD' }))
    expect([head.status, head.body.byteLength]).toEqual([200, 0])
  })

  test('aborting ends a request that waits for its answer', async () => {
    const controller = new AbortController()
    await using server = await startServer(() => controller.abort('cancelled'))
    await using outbound = makeOutbound()
    const request = outbound.request(get(server.url, { signal: controller.signal }))
    await expect(request).rejects.toThrow('aborted')
  })

  test('aborting ends a request that still connects, and it is not sent later', async () => {
    const controller = new AbortController()
    await using server = await startServer(hello)
    let release = (): void => {}
    const resolved = new Promise<void>((resolve) => {
      release = resolve
    })
    await using outbound = makeOutbound({
      resolve: async () => {
        controller.abort('cancelled')
        await resolved
        return [{ address: '127.0.0.1', family: 4 }]
      },
    })
    const url = `http://slow.example:${server.port}/`
    await expect(outbound.request(get(url, { signal: controller.signal }))).rejects.toThrow()
    release()
    await outbound.request(get(`${url}second`))
    expect(server.received.map(({ path }) => path)).toEqual(['/second'])
  })

  test('many different connect timeouts do not pile up pools or lose requests', async () => {
    await using server = await startServer(hello)
    await using outbound = makeOutbound()
    const requests = Array.from({ length: 30 }, (_, n) =>
      outbound.request(get(server.url, { connectTimeoutMs: 1000 + n })),
    )
    expect((await Promise.all(requests)).every(({ status }) => status === 200)).toBe(true)
  })
})

describe('addresses', () => {
  test('a private address is refused before anything is sent', async () => {
    await using server = await startServer(hello)
    await using outbound = makeOutbound({ allowPrivate: false })
    for (const host of ['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433']) {
      const url = `http://${host}:${server.port}/`
      expect(await codeOf(outbound.request(get(url)))).toBe('ADDRESS_REFUSED')
    }
    expect(server.connections()).toBe(0)
  })

  test('a host on the allow-list is reached', async () => {
    await using server = await startServer(hello)
    await using outbound = makeOutbound({
      allowPrivate: false,
      allow: ['shop.example'],
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    })
    expect((await outbound.request(get(`http://shop.example:${server.port}/`))).status).toBe(200)
    const other = outbound.request(get(`http://other.example:${server.port}/`))
    expect(await codeOf(other)).toBe('ADDRESS_REFUSED')
  })

  test('a name that resolves to a metadata address is refused whatever is allowed', async () => {
    await using outbound = makeOutbound({
      allow: ['meta.example'],
      resolve: async () => [{ address: '169.254.169.254', family: 4 }],
    })
    expect(await codeOf(outbound.request(get('http://meta.example/')))).toBe('ADDRESS_REFUSED')
  })

  test('of several addresses of a name only those that pass are tried', async () => {
    await using allowed = await startServer(hello)
    await using refused = await startServer(hello, '127.0.0.2', allowed.port)
    await using outbound = makeOutbound({
      allowPrivate: false,
      allow: ['127.0.0.1'],
      resolve: async () => [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    })
    await outbound.request(get(`http://two.example:${allowed.port}/`))
    expect([allowed.connections(), refused.connections()]).toEqual([1, 0])
  })

  test('a name that changes its answer is connected to as it was checked', async () => {
    await using checked = await startServer((_, response) => {
      response.setHeader('connection', 'close')
      response.end('hello')
    })
    await using rebound = await startServer(hello, '127.0.0.2', checked.port)
    const answers = ['127.0.0.1', '127.0.0.2']
    let asked = 0
    await using outbound = makeOutbound({
      allowPrivate: false,
      allow: ['127.0.0.1'],
      resolve: async () => [{ address: answers[asked++] ?? '127.0.0.2', family: 4 }],
    })
    const url = `http://rebind.example:${checked.port}/`
    expect((await outbound.request(get(url))).status).toBe(200)
    expect(asked).toBe(1)
    expect(await codeOf(outbound.request(get(url)))).toBe('ADDRESS_REFUSED')
    expect([checked.connections(), rebound.connections()]).toEqual([1, 0])
  })

  test('refusal() tells what shows without resolving a name', async () => {
    await using outbound = makeOutbound({ allowPrivate: false })
    expect(outbound.refusal('http://10.0.0.1/')).toContain('10.0.0.1')
    expect(outbound.refusal('http://metadata.google.internal/')).toContain('metadata')
    expect(outbound.refusal('http://shop.example/')).toBeUndefined()
  })
})

describe('redirects', () => {
  test('are followed, and the response says where it came from', async () => {
    await using server = await startServer(redirectTo('/end?x=1'))
    await using outbound = makeOutbound()
    const response = await outbound.request(get(`${server.url}/start`))
    expect(response).toMatchObject({ status: 200, url: `${server.url}/end?x=1` })
  })

  test('are handed back when none may be followed', async () => {
    await using server = await startServer(redirectTo('/end'))
    await using outbound = makeOutbound()
    const response = await outbound.request(get(`${server.url}/start`, { maxRedirects: 0 }))
    expect(response).toMatchObject({ status: 302, headers: { location: '/end' } })
  })

  test('end with TOO_MANY_REDIRECTS after as many as are allowed', async () => {
    await using server = await startServer(redirectTo('/start'))
    await using outbound = makeOutbound()
    const request = get(`${server.url}/start`, { maxRedirects: 3 })
    expect(await codeOf(outbound.request(request))).toBe('TOO_MANY_REDIRECTS')
    expect(server.received).toHaveLength(4)
  })

  test('to a refused address are refused', async () => {
    await using target = await startServer(hello, '127.0.0.2')
    await using server = await startServer(redirectTo(`${target.url}/secret`))
    await using outbound = makeOutbound({ allowPrivate: false, allow: ['127.0.0.1'] })
    expect(await codeOf(outbound.request(get(`${server.url}/start`)))).toBe('ADDRESS_REFUSED')
    expect(target.connections()).toBe(0)
  })

  test.each([
    'http://169.254.169.254/latest/meta-data',
    'http://metadata.google.internal/',
    'file:///etc/passwd',
    'ftp://127.0.0.1/',
  ])('to %s are refused', async (location) => {
    await using server = await startServer(redirectTo(location))
    await using outbound = makeOutbound()
    expect(await codeOf(outbound.request(get(`${server.url}/start`)))).toBe('ADDRESS_REFUSED')
  })

  test('take no credentials to another origin, and all headers along to the same one', async () => {
    await using other = await startServer(hello)
    await using server = await startServer(redirectTo(`${other.url}/end`))
    await using same = await startServer(redirectTo('/end'))
    await using outbound = makeOutbound()
    const headers = { authorization: 'Bearer t', cookie: 'a=1', 'x-api-key': 'k', accept: '*/*' }
    const options = { headers, sensitiveHeaders: ['x-api-key'] }
    await outbound.request(get(`${server.url}/start`, options))
    await outbound.request(get(`${same.url}/start`, options))
    expect(other.received[0]?.headers).toMatchObject({ accept: '*/*' })
    for (const name of ['authorization', 'cookie', 'x-api-key']) {
      expect(other.received[0]?.headers).not.toHaveProperty(name)
    }
    expect(same.received[1]?.headers).toMatchObject(headers)
  })

  test.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'PUT', 'GET', ''],
    [303, 'HEAD', 'HEAD', ''],
    [307, 'POST', 'POST', 'data'],
    [308, 'PUT', 'PUT', 'data'],
  ])('%i turns %s into %s', async (status, method, expected, body) => {
    await using server = await startServer(redirectTo('/end', status))
    await using outbound = makeOutbound()
    const headers = { 'content-type': 'text/plain' }
    const payload = method === 'HEAD' ? {} : { body: 'data' }
    await outbound.request(get(`${server.url}/start`, { method, headers, ...payload }))
    expect(server.received[1]).toMatchObject({ method: expected, body })
    expect('content-type' in (server.received[1]?.headers ?? {})).toBe(body !== '')
  })
})

test('closing ends requests that are under way, whatever pool they are in', async () => {
  const outbound = makeOutbound()
  const accepted = Promise.withResolvers<void>()
  await using server = await startServer(() => {
    if (server.received.length === 20) accepted.resolve()
  })
  const requests = Array.from({ length: 20 }, (_, n) =>
    codeOf(outbound.request(get(server.url, { connectTimeoutMs: 5000 + n }))),
  )
  await accepted.promise
  await outbound.close()
  expect(await Promise.all(requests)).toEqual(Array(20).fill('NETWORK_ERROR'))
})

test('a server that accepts and speaks no HTTP is a NETWORK_ERROR', async () => {
  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await using outbound = makeOutbound()
  expect(await codeOf(outbound.request(get(`http://127.0.0.1:${port}/`)))).toBe('NETWORK_ERROR')
  server.close()
})
