import { request } from 'undici'
import { describe, expect, test } from 'vitest'
import { noop } from '../support/hand-executor.ts'
import { startServer } from '../support/local-server.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, start } from '../support/sessions.ts'

/** `fetch` writes `Host` and `Origin` itself; undici lets a test lie as a browser could be made to. */
async function ask(
  service: Service,
  path: string,
  headers: Record<string, string>,
  method: 'GET' | 'POST' | 'OPTIONS' = 'GET',
) {
  const body = method === 'POST' ? '["Wait 1 ms"]' : null
  const type: Record<string, string> = body === null ? {} : { 'content-type': 'application/json' }
  const response = await request(service.url + path, {
    method,
    body,
    headers: { ...type, ...headers },
  })
  const text = await response.body.text()
  const isProblem = String(response.headers['content-type']).includes('problem+json')
  const code = isProblem ? JSON.parse(text).code : undefined
  return { status: response.statusCode, headers: response.headers, code }
}

describe('the host a request names', () => {
  test.for([
    'evil.example',
    'evil.example:80',
    '192.168.1.5',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
  ])('%s is refused', async (host) => {
    await using service = await startService()
    for (const path of ['/v1/sessions', '/healthz', '/docs', '/nowhere']) {
      const answer = await ask(service, path, { host })
      expect([answer.status, answer.code]).toEqual([403, 'HOST_NOT_ALLOWED'])
    }
    expect(await ask(service, '/v1/sessions', { host }, 'POST')).toMatchObject({ status: 403 })
  })

  test.for(['localhost', 'LOCALHOST:8080', 'localhost.', '127.0.0.1', '127.1.2.3:9', '[::1]:8080'])(
    '%s is ours',
    async (host) => {
      await using service = await startService()
      expect((await ask(service, '/v1/sessions', { host })).status).toBe(200)
    },
  )

  test('a name of ALLOWED_HOSTS is ours too', async () => {
    await using service = await startService({ ALLOWED_HOSTS: 'Flows.example' })
    expect((await ask(service, '/v1/sessions', { host: 'flows.example' })).status).toBe(200)
    expect((await ask(service, '/v1/sessions', { host: 'other.example' })).status).toBe(403)
  })
})

describe('the page a request comes from', () => {
  test.for(['https://evil.example', 'null', 'http://localhost:1', 'file://', 'nonsense'])(
    '%s may do nothing',
    async (origin) => {
      await using service = await startService({}, { executors: [noop] })
      const id = await start(service, [{ uses: 'noop' }])
      const paths = ['/v1/sessions', `/v1/sessions/${id}`, `/v1/sessions/${id}/events`, '/healthz']
      for (const path of paths) {
        const answer = await ask(service, path, { origin })
        expect([path, answer.status, answer.code]).toEqual([path, 403, 'ORIGIN_NOT_ALLOWED'])
        expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      }
      expect((await ask(service, '/v1/sessions', { origin }, 'POST')).status).toBe(403)
      expect((await ask(service, '/v1/sessions', { origin }, 'OPTIONS')).status).toBe(403)
    },
  )

  test('a page of our own may', async () => {
    await using service = await startService()
    const { host } = new URL(service.url)
    const answer = await ask(service, '/v1/sessions', { origin: `http://${host}` }, 'POST')
    expect(answer.status).toBe(202)
  })

  test('a page of ALLOWED_ORIGINS may, and its browser is told so', async () => {
    const origin = 'https://shop.example'
    await using service = await startService({ ALLOWED_ORIGINS: origin }, { executors: [noop] })
    const id = await start(service, [{ uses: 'noop' }])
    await ended(service, id)
    for (const path of ['/v1/sessions', `/v1/sessions/${id}/events`]) {
      const answer = await ask(service, path, { origin })
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.headers['access-control-allow-origin']).toBe(origin)
    }
    const refused = await ask(service, '/v1/sessions/none', { origin })
    expect(refused.headers['access-control-allow-origin']).toBe(origin)
    const posted = await ask(service, '/v1/sessions', { origin }, 'POST')
    expect(posted.headers['access-control-expose-headers']).toContain('Location')
    expect((await ask(service, '/healthz', { origin: 'https://evil.example' })).status).toBe(403)
  })

  test('a preflight of an allowed page is answered, with what it may send', async () => {
    const origin = 'https://shop.example'
    await using service = await startService({
      ALLOWED_ORIGINS: origin,
      API_KEYS: 'shop:0123456789abcdef',
    })
    const answer = await ask(
      service,
      '/v1/sessions',
      {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
      'OPTIONS',
    )
    expect(answer.status).toBe(204)
    expect(answer.headers['access-control-allow-origin']).toBe(origin)
    expect(answer.headers['access-control-allow-methods']).toContain('POST')
    expect(String(answer.headers['access-control-allow-headers'])).toMatch(
      /Authorization.*Idempotency-Key.*Last-Event-ID/,
    )
  })

  test('an OPTIONS that is no preflight is answered with nothing', async () => {
    await using service = await startService()
    const answer = await ask(service, '/v1/sessions', {}, 'OPTIONS')
    expect(answer.status).toBe(204)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
  })

  test('a page of another origin cannot even ask whether a session exists', async () => {
    await using service = await startService({}, { executors: [noop] })
    const id = await start(service, [{ uses: 'noop' }])
    const answer = await request(`${service.url}/v1/sessions/${id}/events`, {
      method: 'HEAD',
      headers: { origin: 'https://evil.example' },
    })
    expect(answer.statusCode).toBe(403)
  })
})

describe('addresses that webhooks may reach', () => {
  const keys = 'ci:0123456789abcdef'
  const bearer = { authorization: 'Bearer 0123456789abcdef' }

  async function outcomeOf(settings: Record<string, string>, url: string) {
    await using service = await startService({ API_KEYS: keys, ...settings })
    const steps = [{ uses: 'webhook', with: { url }, retry: { maxAttempts: 1 } }]
    const response = await service.post('/v1/sessions', { steps }, { ...bearer, prefer: 'wait=20' })
    const view = (await response.json()) as {
      status: string
      code?: string
      error?: { code: string }
    }
    return view.error?.code ?? view.code ?? view.status
  }

  test('private ones while the service listens on loopback only', async () => {
    await using target = await startServer((_, response) => response.end('{}'))
    expect(await outcomeOf({ HOST: '127.0.0.1' }, target.url)).toBe('completed')
    expect(await outcomeOf({ HOST: '0.0.0.0' }, target.url)).toBe('ADDRESS_REFUSED')
    expect(await outcomeOf({ HOST: '0.0.0.0', OUTBOUND_ALLOW: '127.0.0.1' }, target.url)).toBe(
      'completed',
    )
    expect(target.received).toHaveLength(2)
  })

  test('never those that tell a machine’s credentials', async () => {
    const url = 'http://169.254.169.254/latest/meta-data'
    expect(await outcomeOf({}, url)).toBe('ADDRESS_REFUSED')
    expect(await outcomeOf({ OUTBOUND_ALLOW: '169.254.0.0/16' }, url)).toBe('ADDRESS_REFUSED')
  })
})
