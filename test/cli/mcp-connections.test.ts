import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createApi } from '../../src/cli/mcp/api.ts'
import { createMcpServer } from '../../src/cli/mcp/mcp-server.ts'
import { type HttpOptions, serveHttp } from '../../src/cli/mcp/serve-http.ts'
import { bearer, makeKey, operatorSecret, withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'

const nowhere = 'http://127.0.0.1:9'
const userAgent = 'test'

async function serve(options: Partial<HttpOptions>, url = nowhere): Promise<string> {
  const connect = (key: string | undefined) =>
    createMcpServer(createApi({ url, key, userAgent }), '0.0.0')
  const loopback = { host: '127.0.0.1', port: 0, allowedHosts: [], allowedOrigins: [] }
  const server = await serveHttp({ url, userAgent }, connect, { ...loopback, ...options })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return server.url
}

const post = (to: string, body: object, headers: Record<string, string> = {}) =>
  fetch(to, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...body }),
  })

function initialize(to: string, headers: Record<string, string> = {}): Promise<Response> {
  const clientInfo = { name: 'silent', version: '1' }
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo }
  return post(to, { method: 'initialize', params }, headers)
}

/** A client that says hello and is silent from then on; the id of its session. */
async function silent(to: string): Promise<string> {
  const response = await initialize(to)
  await response.text()
  return response.headers.get('mcp-session-id') ?? ''
}

/** Has the client's stream open until the signal aborts. */
function listen(to: string, sessionId: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: 'text/event-stream', 'mcp-session-id': sessionId }
  return fetch(to, { headers, signal })
}

/** What the kernel's timers of a server's established connections are for. */
function timersOf(port: number): string[] {
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = readFileSync('/proc/net/tcp', 'utf8').trim().split('\n').slice(1)
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, address, , state]) => address?.endsWith(local) && state === '01')
    .map(([, , , , , timer]) => (timer?.startsWith('02:') ? 'keepalive' : 'other'))
}

const statusOf = async (to: string, sessionId: string) =>
  (await post(to, { method: 'ping' }, { 'mcp-session-id': sessionId })).status

describe('connections over HTTP', () => {
  test('that are silent make room for others, the most silent first', async () => {
    const at = await serve({ limits: { max: 2, idleMs: 60_000 } })
    const [first, second] = [await silent(at), await silent(at)]
    expect(await statusOf(at, first)).toBe(200)
    const third = await silent(at)
    expect(await statusOf(at, second)).toBe(404)
    expect([await statusOf(at, first), await statusOf(at, third)]).toEqual([200, 200])
  })

  test('that are in use make no room', async () => {
    const at = await serve({ limits: { max: 2, idleMs: 60_000 } })
    const sessions = [await silent(at), await silent(at)]
    const leave = new AbortController()
    for (const sessionId of sessions) await listen(at, sessionId, leave.signal)
    const refused = await initialize(at)
    expect([refused.status, await refused.text()]).toEqual([
      503,
      expect.stringContaining('Too many sessions'),
    ])
    leave.abort()
    await expect.poll(async () => (await initialize(at)).status).toBe(200)
  })

  test.runIf(process.platform === 'linux')(
    'are looked after by TCP, so that a client which was cut off does not stay for ever',
    async () => {
      const at = await serve({})
      const leave = new AbortController()
      await listen(at, await silent(at), leave.signal)
      await expect.poll(() => timersOf(Number(new URL(at).port))).toContain('keepalive')
      leave.abort()
    },
  )

  test('beyond loopback are for those whom the service knows', async () => {
    const service = await startService(withKeys)
    const at = await serve({ host: '0.0.0.0' }, service.url)
    const local = at.replace('0.0.0.0', '127.0.0.1')
    const unknown = await initialize(local, bearer('sk_nobody'))
    expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect((await initialize(local)).status).toBe(401)
    expect((await initialize(local, bearer(operatorSecret))).status).toBe(200)
    // It may not read, which is no reason not to let it in.
    const { secret } = await makeKey(service, { name: 'hands', scopes: ['answer'] })
    expect((await initialize(local, bearer(secret))).status).toBe(200)
    await service[Symbol.asyncDispose]()
    expect((await initialize(local, bearer(secret))).status).toBe(503)
  })

  test('are closed when they were silent for long', async () => {
    const at = await serve({ limits: { max: 10, idleMs: 50 } })
    const gone = await silent(at)
    await expect.poll(() => statusOf(at, gone), { interval: 200 }).toBe(404)
  })

  test('are open to pages that are allowed, which can read the answers', async () => {
    const origin = 'https://inspector.example'
    const at = await serve({ allowedOrigins: [origin] })
    const preflight = await fetch(at, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,mcp-session-id',
      },
    })
    expect(preflight.ok).toBe(true)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('mcp-session-id')
    const answer = await post(at, { method: 'ping' }, { origin })
    expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
    expect(answer.headers.get('access-control-expose-headers')).toBe('mcp-session-id')
  })
})
