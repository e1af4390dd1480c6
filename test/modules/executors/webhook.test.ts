import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Outcome } from '../../../src/modules/executors/types.ts'
import { createWebhookExecutor } from '../../../src/modules/executors/webhook.ts'
import { createOutbound } from '../../../src/modules/outbound/index.ts'
import { makeContext, type RecordedContext } from '../../support/executor-context.ts'
import { type Answer, startServer } from '../../support/local-server.ts'

function makeWebhook({
  allowPrivate = true,
  known = undefined as readonly string[] | undefined,
} = {}) {
  const outbound = createOutbound({
    allowPrivate,
    allow: [],
    requestTimeoutMs: 5000,
    connectTimeoutMs: 5000,
  })
  const webhook = createWebhookExecutor({
    outbound,
    ...(known && { hasSecret: (name: string) => known.includes(name) }),
  })
  return {
    webhook,
    run: (input: object, context: RecordedContext = makeContext()): Promise<Outcome> =>
      webhook.execute(webhook.input.parse(input), context),
    [Symbol.asyncDispose]: () => outbound.close(),
  }
}

const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(value))

const mirror: Answer = (request, response) => json(request)(request, response)

describe('the request', () => {
  test('is a GET with the headers that identify it', async () => {
    await using server = await startServer(json({ ok: true }))
    await using hook = makeWebhook()
    expect(await hook.run({ url: `${server.url}/a?x=1` })).toMatchObject({
      status: 'succeeded',
      output: { status: 200, headers: { 'content-type': 'application/json' }, body: { ok: true } },
    })
    expect(server.received[0]).toMatchObject({
      method: 'GET',
      path: '/a?x=1',
      headers: {
        'idempotency-key': 'ses_1.fetch',
        'x-request-id': 'req-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
        'user-agent': 'stepstream',
      },
    })
  })

  test('carries query, JSON and headers; what the step writes wins', async () => {
    await using server = await startServer(json({}, 201))
    await using hook = makeWebhook()
    await hook.run({
      method: 'POST',
      url: `${server.url}/?a=1`,
      query: { b: 'x y', c: [1, true], d: '&' },
      json: { text: 'grüezi', none: null },
      headers: { 'Idempotency-Key': 'mine', 'X-Custom': '1', 'Content-Type': 'application/x+json' },
    })
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      path: '/?a=1&b=x+y&c=1&c=true&d=%26',
      body: '{"text":"grüezi","none":null}',
      headers: {
        'idempotency-key': 'mine',
        'x-custom': '1',
        'content-type': 'application/x+json',
      },
    })
  })

  test('carries text, and null as JSON', async () => {
    await using server = await startServer(json({}))
    await using hook = makeWebhook()
    await hook.run({ method: 'PUT', url: server.url, text: 'plain' })
    await hook.run({ method: 'PUT', url: server.url, json: null })
    expect(server.received.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['plain', 'text/plain; charset=utf-8'],
      ['null', 'application/json'],
    ])
  })
})

describe('the status', () => {
  test.each([
    [404, false],
    [400, false],
    [304, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [503, true],
  ])('%i fails the goal; worth a retry: %s', async (status, retryable) => {
    await using server = await startServer((_, response) => response.writeHead(status).end())
    await using hook = makeWebhook()
    expect(await hook.run({ url: server.url })).toMatchObject({
      status: 'failed',
      code: 'UNEXPECTED_STATUS',
      retryable,
      details: { status },
    })
  })

  test('is a success when it is expected, and only then', async () => {
    await using server = await startServer(json({ error: 'none here' }, 404))
    await using hook = makeWebhook()
    expect(await hook.run({ url: server.url, expect: [200, 404] })).toMatchObject({
      status: 'succeeded',
      output: { status: 404 },
    })
    expect(await hook.run({ url: server.url, expect: [200] })).toMatchObject({ status: 'failed' })
  })

  test('that is unexpected shows headers and the beginning of the body', async () => {
    await using server = await startServer(json({ error: 'x'.repeat(5000) }, 500, { 'x-a': '1' }))
    await using hook = makeWebhook()
    const outcome = await hook.run({ url: server.url })
    if (outcome.status !== 'failed') throw new Error(outcome.status)
    expect(outcome.details).toMatchObject({ status: 500, headers: { 'x-a': '1' } })
    expect(String(outcome.details?.['body'])).toMatch(/^\{"error":"x{2000,2048}…$/)
  })

  test.each([
    ['7', 7000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
  ])('passes Retry-After: %s on', async (value, retryAfterMs) => {
    await using server = await startServer(json({}, 503, { 'retry-after': value }))
    await using hook = makeWebhook()
    expect(await hook.run({ url: server.url })).toMatchObject({ retryable: true, retryAfterMs })
  })
})

describe('faults', () => {
  test('of the network are errors worth a retry', async () => {
    const server = await startServer(mirror)
    await server[Symbol.asyncDispose]()
    await using hook = makeWebhook()
    expect(await hook.run({ url: server.url })).toMatchObject({
      status: 'error',
      code: 'NETWORK_ERROR',
      retryable: true,
    })
  })

  test('of limits name the limit', async () => {
    await using silent = await startServer(() => {})
    await using large = await startServer((_, response) => response.end('x'.repeat(100)))
    await using loop = await startServer((_, response) =>
      response.writeHead(302, { location: '/' }).end(),
    )
    await using hook = makeWebhook()
    expect(await hook.run({ url: silent.url, requestTimeout: '20ms' })).toMatchObject({
      code: 'REQUEST_TIMEOUT',
      retryable: true,
    })
    expect(await hook.run({ url: large.url, maxResponseBytes: 99 })).toMatchObject({
      code: 'RESPONSE_TOO_LARGE',
      retryable: false,
    })
    expect(await hook.run({ url: loop.url })).toMatchObject({ code: 'TOO_MANY_REDIRECTS' })
  })

  test('of the address are refused when the plan is made, and when it is called', async () => {
    await using hook = makeWebhook({ allowPrivate: false })
    expect(hook.webhook.check?.({ url: 'http://10.0.0.1/' })).toMatchObject([
      { path: ['url'], code: 'ADDRESS_REFUSED' },
    ])
    expect(hook.webhook.check?.({ url: 'http://{{ inputs.host }}/' })).toEqual([])
    expect(await hook.run({ url: 'http://localhost:9/' })).toMatchObject({
      status: 'error',
      code: 'ADDRESS_REFUSED',
      retryable: false,
    })
  })

  test('an abort ends the attempt', async () => {
    const controller = new AbortController()
    await using server = await startServer(() => controller.abort('cancelled'))
    await using hook = makeWebhook()
    const context = makeContext({ signal: controller.signal })
    expect(await hook.run({ url: server.url }, context)).toEqual({ status: 'aborted' })
  })
})

describe('auth', () => {
  const secrets = { PASSWORD: 'p:w', TOKEN: 't0ken', KEY: 'k3y', CLIENT: 's&cret' }

  test.each([
    [{ basic: { username: 'me', passwordSecret: 'PASSWORD' } }, 'authorization', 'Basic bWU6cDp3'],
    [{ bearer: { secret: 'TOKEN' } }, 'authorization', 'Bearer t0ken'],
    [{ apiKey: { header: 'X-Api-Key', secret: 'KEY' } }, 'x-api-key', 'k3y'],
  ])('%j sends the secret by name', async (auth, header, value) => {
    await using server = await startServer(json({}))
    await using hook = makeWebhook()
    await hook.run({ url: server.url, auth }, makeContext({ secrets }))
    expect(server.received[0]?.headers[header]).toBe(value)
  })

  test('without the secret is an error, and a fault of the plan when the names are known', async () => {
    await using hook = makeWebhook({ known: ['TOKEN'] })
    const auth = { bearer: { secret: 'OTHER' } }
    expect(await hook.run({ url: 'http://127.0.0.1:9/', auth })).toMatchObject({
      status: 'error',
      code: 'UNKNOWN_SECRET',
    })
    expect(hook.webhook.check?.({ url: 'http://127.0.0.1:9/', auth })).toMatchObject([
      { path: ['auth', 'bearer', 'secret'], code: 'UNKNOWN_SECRET' },
    ])
    expect(hook.webhook.check?.({ auth: { bearer: { secret: 'TOKEN' } } })).toEqual([])
  })

  test('that the other side sends back does not show in the output', async () => {
    await using server = await startServer((request, response) =>
      json(request.headers, 200, { 'x-echo': request.headers.authorization ?? '' })(
        request,
        response,
      ),
    )
    await using hook = makeWebhook()
    const auth = { basic: { username: 'me', passwordSecret: 'PASSWORD' } }
    const outcome = await hook.run({ url: server.url, auth }, makeContext({ secrets }))
    expect(JSON.stringify(outcome)).not.toContain('bWU6cDp3')
    expect(outcome).toMatchObject({
      output: { headers: { 'x-echo': 'Basic ***' }, body: { authorization: 'Basic ***' } },
    })
  })

  test('does not follow a redirect to another origin, nor do headers of the step', async () => {
    await using other = await startServer(json({}))
    await using server = await startServer((_, response) =>
      response.writeHead(307, { location: other.url }).end(),
    )
    await using hook = makeWebhook()
    const auth = { apiKey: { header: 'X-Api-Key', secret: 'KEY' } }
    const headers = { 'X-Session': 'private', Accept: 'text/html' }
    await hook.run({ url: server.url, auth, headers }, makeContext({ secrets }))
    expect(other.received[0]?.headers).not.toHaveProperty('x-api-key')
    expect(other.received[0]?.headers).not.toHaveProperty('x-session')
    expect(other.received[0]?.headers).toMatchObject({
      accept: 'text/html',
      'idempotency-key': 'ses_1.fetch',
    })
  })

  describe('oauth2', () => {
    const oauth2 = (tokenUrl: string) => ({
      oauth2: { tokenUrl, clientId: 'me@x', clientSecretSecret: 'CLIENT', scope: 'read' },
    })

    function issuing(expiresIn = 3600): Answer {
      let issued = 0
      return (request, response) => {
        issued += 1
        json({ access_token: `token-${issued}`, token_type: 'Bearer', expires_in: expiresIn })(
          request,
          response,
        )
      }
    }

    test('asks for a token once, also for many at the same time, and keeps it', async () => {
      await using tokens = await startServer(issuing())
      await using server = await startServer(json({}))
      await using hook = makeWebhook()
      const input = { url: server.url, auth: oauth2(tokens.url) }
      await Promise.all([1, 2, 3].map(() => hook.run(input, makeContext({ secrets }))))
      await hook.run(input, makeContext({ secrets }))
      expect(tokens.received).toHaveLength(1)
      expect(tokens.received[0]).toMatchObject({
        method: 'POST',
        body: 'grant_type=client_credentials&scope=read',
        headers: {
          authorization: `Basic ${Buffer.from('me%40x:s%26cret').toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      })
      expect(server.received.map(({ headers }) => headers.authorization)).toEqual(
        Array(4).fill('Bearer token-1'),
      )
    })

    test('asks again shortly before the token expires', async () => {
      await using tokens = await startServer(issuing(60))
      await using server = await startServer(json({}))
      await using hook = makeWebhook()
      const input = { url: server.url, auth: oauth2(tokens.url) }
      for (const now of [0, 29_000, 31_000]) {
        await hook.run(input, makeContext({ secrets, now: () => now }))
      }
      expect(server.received.map(({ headers }) => headers.authorization)).toEqual([
        'Bearer token-1',
        'Bearer token-1',
        'Bearer token-2',
      ])
    })

    test('tries once more with a fresh token when the kept one is refused', async () => {
      await using tokens = await startServer(issuing())
      let refused = 'Bearer none'
      await using server = await startServer((request, response) =>
        response.writeHead(request.headers.authorization === refused ? 401 : 200).end(),
      )
      await using hook = makeWebhook()
      const input = { url: server.url, auth: oauth2(tokens.url) }
      await hook.run(input, makeContext({ secrets }))
      refused = 'Bearer token-1'
      expect(await hook.run(input, makeContext({ secrets }))).toMatchObject({ status: 'succeeded' })
      refused = 'Bearer token-2'
      expect(await hook.run(input, makeContext({ secrets }))).toMatchObject({ status: 'succeeded' })
      expect(tokens.received).toHaveLength(3)
    })

    test.each([
      [json({ error: 'invalid_client' }, 401), 'AUTHENTICATION_FAILED', false],
      [json({ access_token: 5 }), 'AUTHENTICATION_FAILED', false],
      [json({}, 503, { 'retry-after': '3' }), 'NETWORK_ERROR', true],
    ])('is an error when no token comes (%#)', async (answer, code, retryable) => {
      await using tokens = await startServer(answer)
      await using hook = makeWebhook()
      const input = { url: 'http://127.0.0.1:9/', auth: oauth2(tokens.url) }
      for (const attempt of [1, 2]) {
        const outcome = await hook.run(input, makeContext({ secrets, attempt }))
        expect(outcome).toMatchObject({ status: 'error', code, retryable })
      }
      expect(tokens.received).toHaveLength(2)
    })

    test('an abort ends the wait for a token', async () => {
      const controller = new AbortController()
      await using tokens = await startServer(() => controller.abort('timeout'))
      await using hook = makeWebhook()
      const context = makeContext({ secrets, signal: controller.signal })
      const input = { url: 'http://127.0.0.1:9/', auth: oauth2(tokens.url) }
      expect(await hook.run(input, context)).toEqual({ status: 'aborted' })
    })
  })
})

describe('the input', () => {
  const { webhook } = makeWebhook()
  const url = 'https://example.com/'

  test.each([
    {},
    { url: 'example.com' },
    { url: 'ftp://example.com/' },
    { url: 'https://me:pw@example.com/' },
    { url, method: 'TRACE' },
    { url, json: 1, text: 'a' },
    { url, headers: { 'a b': '1' } },
    { url, headers: { a: 'b\r\nc: d' } },
    { url, headers: { 'Transfer-Encoding': 'chunked' } },
    { url, expect: [] },
    { url, expect: [99] },
    { url, auth: {} },
    { url, auth: { bearer: { secret: 'A' }, basic: { username: 'a', passwordSecret: 'B' } } },
    { url, auth: { bearer: { secret: 'not a name' } } },
    { url, maxRedirects: 21 },
    { url, maxResponseBytes: -1 },
    { url, requestTimeout: 5 },
    { url, body: 'unknown field' },
  ])('refuses %j', (input) => {
    expect(webhook.input.safeParse(input).success).toBe(false)
  })

  test('shows as a JSON Schema', () => {
    const schema = z.toJSONSchema(webhook.input, { io: 'input' })
    expect(schema).toMatchObject({ required: ['url'], additionalProperties: false })
    expect(schema.properties?.['requestTimeout']).toMatchObject({ type: 'string' })
  })

  test.each([
    [{}, true, 3],
    [{ method: 'HEAD' }, true, 3],
    [{ method: 'POST' }, false, 1],
    [{ method: 'DELETE' }, false, 1],
    [{ method: '{{ inputs.method }}' }, false, 1],
  ])('of %j is safe to repeat: %s, with %i tries', (input, safe, tries) => {
    expect(webhook.safeToRepeat(input)).toBe(safe)
    expect(webhook.defaultMaxAttempts?.(input)).toBe(tries)
  })
})
