import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bearer, makeKey, withKeys } from '../support/keys.ts'
import { startService } from '../support/service.ts'
import { start } from '../support/sessions.ts'
import { client, type Followed, followers, overHttp, program, startedHttp } from './support/mcp.ts'

describe('over HTTP', () => {
  test('each caller acts with its own key, in a session of its own', async () => {
    await using service = await startService(withKeys)
    const [reader, runner] = await Promise.all([
      makeKey(service, { scopes: ['read'] }),
      makeKey(service, { scopes: ['read', 'run', 'answer'] }),
    ])
    const { url, child } = await startedHttp(service.url)
    await using agent = await overHttp(url, bearer(runner.secret))
    await using onlooker = await overHttp(url, bearer(reader.secret))
    await using stranger = await overHttp(url)

    const { sessionId } = await agent.call('start_session', { steps: [client('a', 1)] })
    const asked = await onlooker.call<Followed>('follow_session', { sessionId })
    const answer = { interactionId: asked.attention[0]?.interactionId, status: 'ok' }
    expect((await onlooker.refusal('answer_interaction', answer)).code).toBe('FORBIDDEN')
    const over = onlooker.call<Followed>('follow_session', { sessionId, until: 'end' })
    await agent.call('answer_interaction', answer)
    expect((await over).status).toBe('completed')
    expect((await stranger.refusal('get_session', { sessionId })).code).toBe('UNAUTHENTICATED')

    const transport = agent.client.transport as { readonly sessionId?: string }
    const headers = { ...asJson, 'mcp-session-id': transport.sessionId ?? '' }
    const list = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const steal = (by: object) =>
      fetch(url, { method: 'POST', headers: { ...headers, ...by }, body: list })
    expect((await steal({})).status).toBe(404)
    expect((await steal(bearer(reader.secret))).status).toBe(404)
    expect((await steal(bearer(runner.secret))).status).toBe(200)
    const isGone = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await isGone).toEqual([0, null])
  })

  test('cancels a call, and forgets a session that is deleted', async () => {
    await using service = await startService()
    const { url } = await startedHttp(service.url)
    await using agent = await overHttp(url)
    const sessionId = await start(service, ['Wait 1 hour'])
    const cancel = new AbortController()
    const input = { sessionId, until: 'end', waitSeconds: 300 }
    const follow = agent.call('follow_session', input, { signal: cancel.signal })
    const refused = expect(follow).rejects.toThrow('enough')
    await expect.poll(() => followers(service)).toBe(1)
    cancel.abort('enough')
    await refused
    await expect.poll(() => followers(service)).toBe(0)

    const transport = agent.client.transport as { readonly sessionId?: string }
    const headers = { ...asJson, 'mcp-session-id': transport.sessionId ?? '' }
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
    const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
    const again = await fetch(url, { method: 'POST', headers, body: JSON.stringify(list) })
    expect(again.status).toBe(404)
    const nobody = await fetch(url, { method: 'POST', headers: asJson, body: JSON.stringify(list) })
    expect(nobody.status).toBe(400)
  })

  test('lets in no page and no name but those that are allowed', async () => {
    await using service = await startService()
    const { url } = await startedHttp(service.url)
    const initialize = (headers: object) =>
      fetch(url, { method: 'POST', headers: { ...asJson, ...headers }, body: '{}' })
    const page = await initialize({ origin: 'https://evil.example' })
    expect([page.status, await page.json()]).toMatchObject([403, { code: 'ORIGIN_NOT_ALLOWED' }])
    const rebound = await askAs('evil.example', url)
    expect(rebound).toContain('HOST_NOT_ALLOWED')
    expect((await initialize({})).status).toBe(400)
  })

  test('is not opened to others for a service that needs no keys', async () => {
    await using service = await startService()
    const ran = await run(['--http', '--host', '0.0.0.0', '--port', '0', '--url', service.url])
    expect(ran).toMatchObject({ code: 1, stdout: '' })
    expect(ran.stderr).toContain('needs no keys')
  })
})

describe('the program', () => {
  test.each([
    [['--url', 'somewhere'], 'Expected a URL'],
    [['--port', 'x'], 'Expected a number'],
    [['--key', 'my secret'], 'a key has only visible ASCII'],
    [['--http', '--key', 'sk_1'], 'each caller sends its own key'],
    [['--nonsense'], 'unknown option'],
  ])('refuses to be called with %s', async (options, message) => {
    const ran = await run(options)
    expect(ran).toMatchObject({ code: 2, stdout: '' })
    expect(ran.stderr).toContain(message)
    expect(ran.stderr).not.toContain('my secret')
  })

  test('writes nothing but the protocol to standard output, whatever comes in', async () => {
    const ping = { jsonrpc: '2.0', id: 7, method: 'ping' }
    const child = spawn(process.execPath, program)
    onTestFinished(() => void child.kill('SIGKILL'))
    const [out, err] = [text(child.stdout), text(child.stderr)]
    child.stdin.write(`this is no JSON\n{"jsonrpc":"2.0"}\n${JSON.stringify(ping)}\n`)
    await once(child.stdout, 'readable')
    child.stdin.end()
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect((await out).trimEnd()).toBe('{"result":{},"jsonrpc":"2.0","id":7}')
    expect(await err).toContain('over stdio')
  })
})

const asJson = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
}

/** `fetch` lets nobody choose the host. */
async function askAs(host: string, url: string): Promise<string> {
  const asked = request(url, { headers: { host } }).end()
  const [response] = await once(asked, 'response')
  return text(response)
}

async function run(options: readonly string[]) {
  const child = spawn(process.execPath, [...program, ...options])
  onTestFinished(() => void child.kill('SIGKILL'))
  child.stdin.end()
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}
