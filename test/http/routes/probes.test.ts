import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import supertest from 'supertest'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { StepstreamError } from '../../../src/errors.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { messages } from '../../support/follow.ts'
import { handExecutor, noop } from '../../support/hand-executor.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { type Service, startService } from '../../support/service.ts'
import { ended, start, until } from '../../support/sessions.ts'
import { wrapStore } from '../../support/wrapped-store.ts'

const root = join(import.meta.dirname, '../../..')

/** Over the server's own socket. */
function ask(service: Service) {
  return supertest(service.url)
}

describe('the probes', () => {
  test('say that the process is alive and takes work', async () => {
    await using service = await startService()
    await ask(service).get('/healthz').expect(200, { status: 'ok' })
    await ask(service)
      .get('/readyz')
      .expect(200, {
        status: 'ready',
        store: { writable: true },
        sessions: { running: 0, queued: 0 },
      })
    await ask(service).head('/healthz').expect(200)
  })

  test('say so when the store cannot write, and when it can again', async () => {
    const { store, refuse, accept } = wrapStore()
    await using service = await startService({}, { store, executors: [noop] })
    const id = await start(service, [{ uses: 'noop' }])
    await ended(service, id)
    refuse()
    await ask(service)
      .get('/readyz')
      .expect(503)
      .expect(({ body }) => {
        expect(body).toMatchObject({ status: 'unavailable', store: { detail: 'no space is left' } })
      })
    await ask(service).get('/healthz').expect(200)
    const refused = await ask(service).post('/v1/sessions').send(['Wait 1 ms']).expect(503)
    expect(refused.type).toBe('application/problem+json')
    expect(refused.body).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
    await ask(service).get(`/v1/sessions/${id}`).expect(200)
    accept()
    await ask(service).get('/readyz').expect(200)
    await ask(service).post('/v1/sessions').send(['Wait 1 ms']).expect(202)
  })

  test('answer when the store does not, and ask it no second time meanwhile', async () => {
    const clock = new ManualClock()
    let asked = 0
    const hung = Promise.withResolvers<{ writable: boolean }>()
    const { store } = wrapStore(undefined, {
      health: () => {
        asked += 1
        return hung.promise
      },
    })
    await using service = await startService({}, { store, clock })
    const probe = async () => {
      const answer = service.get('/readyz')
      const timers = clock.pending
      await expect.poll(() => clock.pending).toBeGreaterThan(timers)
      clock.advance(2000)
      return answer
    }
    for (const answer of [await probe(), await probe()]) {
      expect(answer.status).toBe(503)
      expect(await answer.json()).toMatchObject({
        status: 'unavailable',
        store: { writable: false, detail: 'the store does not answer' },
      })
    }
    expect(asked).toBe(1)
    await ask(service).get('/healthz').expect(200)
    hung.resolve({ writable: true })
    await expect.poll(async () => (await service.get('/readyz')).status).toBe(200)
  })

  test.for([
    ['is refused', new StepstreamError('STORAGE_UNAVAILABLE', 'no database'), 'no database'],
    ['fails', new TypeError('the password is hunter2'), 'the store cannot tell how it is'],
  ] as const)('say so when asking the store %s', async ([, error, detail]) => {
    const { store } = wrapStore(undefined, { health: () => Promise.reject(error) })
    await using service = await startService({}, { store })
    const { body } = await ask(service).get('/readyz').expect(503)
    expect(body).toMatchObject({ status: 'unavailable', store: { writable: false, detail } })
  })

  test('say that it goes down, and new work is refused with a problem', async () => {
    await using service = await startService({ SHUTDOWN_GRACE: '5s' })
    const probe = await lateRequest(service, 'GET /readyz', '')
    const post = await lateRequest(service, 'POST /v1/sessions', '["Wait 1s"]')
    const closing = service.app.close()
    const isListening = () =>
      ask(service)
        .get('/healthz')
        .then(Boolean, () => false)
    await expect.poll(isListening).toBe(false)
    expect(await probe()).toMatch(/ 503 .*"status":"shutting_down"/s)
    expect(await post()).toMatch(/ 503 .*retry-after: 5.*"code":"SHUTTING_DOWN"/s)
    await closing
  })

  test('a client that never finishes its request does not hold up the end', async () => {
    await using service = await startService({ SHUTDOWN_GRACE: '50ms' })
    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write('POST /v1/plans HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n')
    await ask(service).get('/healthz').expect(200)
    await service.app.close()
    socket.destroy()
  })
})

test('the figures tell the event loop, sessions, steps, commits and streams', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [noop, hand.executor] })
  await ended(service, await start(service, [{ uses: 'noop' }]))
  const waiting = await start(service, ['Wait 1h'])
  await until(service, waiting, 'session.waiting')
  await start(service, [{ uses: 'hand' }])
  await hand.attempt()
  const following = new AbortController()
  const stream = messages(service.url, waiting, { signal: following.signal })
  await stream.next()

  const { text, headers } = await ask(service).get('/metrics').expect(200)
  expect(headers['content-type']).toMatch(/^text\/plain; version=/)
  for (const line of [
    /^nodejs_eventloop_lag_p99_seconds \d/m,
    /^stepstream_sessions\{status="completed"\} 1$/m,
    /^stepstream_sessions\{status="waiting"\} 1$/m,
    /^stepstream_sessions\{status="running"\} 1$/m,
    /^stepstream_store_up 1$/m,
    /^stepstream_sessions_driven 1$/m,
    /^stepstream_sessions_waiting_for_place 0$/m,
    /^stepstream_step_attempt_seconds_count\{uses="noop",status="succeeded"\} 1$/m,
    /^stepstream_step_attempt_seconds_count\{uses="wait",status="waiting"\} 1$/m,
    /^stepstream_store_commit_seconds_count [1-9]/m,
    /^stepstream_store_commit_rows_sum [1-9]/m,
    /^stepstream_stream_clients 1$/m,
    /^stepstream_stream_lag_events 0$/m,
    /^stepstream_streams_opened_total [1-9]/m,
    /^stepstream_streams_closed_total\{reason="\w+"\} \d/m,
  ]) {
    expect(text).toMatch(line)
  }
  following.abort()
})

describe('the verbose probe', () => {
  test('tells how each part of the service is', async () => {
    const hand = handExecutor()
    const settings = { MAX_SESSIONS_RUNNING: '7', MAX_SESSIONS_QUEUED: '9' }
    await using service = await startService(settings, { executors: [noop, hand.executor] })
    await ended(service, await start(service, [{ uses: 'noop' }]))
    await start(service, [{ uses: 'hand' }])
    await hand.attempt()
    const { body } = await ask(service).get('/readyz?verbose').expect(200)
    const well = { status: 'ok', errors: 0, checkedAt: expect.stringMatching(/^\d{4}-/) }
    expect(body).toMatchObject({ status: 'ready', health: 'ok' })
    expect(body.modules).toMatchObject({
      store: { ...well, writable: true, probeMs: expect.any(Number) },
      sessions: { ...well, active: 1, total: 2 },
      dispatcher: { ...well, running: 1, queued: 0, places: 7, maxQueued: 9 },
      streamer: { ...well, open: 0, bufferedChars: expect.any(Number) },
      artifacts: well,
      agenda: { ...well, overdueMs: 0 },
      audit: { ...well, pending: 0, lost: 0 },
    })
    const plain = await ask(service).get('/readyz').expect(200)
    expect(plain.body).not.toHaveProperty('modules')
    await ask(service)
      .get('/readyz?verbose=false')
      .expect(({ body }) => expect(body).not.toHaveProperty('modules'))
  })

  test('fails as a whole when the store does, and is degraded by any other part', async () => {
    const { store, refuse, accept } = wrapStore(undefined, {
      countByStatus: () => Promise.reject(new StepstreamError('STORAGE_UNAVAILABLE', 'slow')),
    })
    await using service = await startService({}, { store })
    const degraded = await ask(service).get('/readyz?verbose').expect(200)
    expect(degraded.body).toMatchObject({
      health: 'degraded',
      modules: { sessions: { status: 'degraded', detail: 'slow', errors: 1 } },
    })
    refuse()
    const failed = await ask(service).get('/readyz?verbose').expect(503)
    expect(failed.body).toMatchObject({
      status: 'unavailable',
      health: 'failed',
      modules: { store: { status: 'failed', detail: 'no space is left', errors: 1 } },
    })
    accept()
    const again = await ask(service).get('/readyz?verbose').expect(200)
    expect(again.body).toMatchObject({ modules: { store: { status: 'ok', errors: 1 } } })
  })

  test('needs a key where keys are needed, and the plain one none', async () => {
    const secret = 'sixteen-and-more-characters'
    await using service = await startService({ API_KEYS: `ci:${secret}` })
    await ask(service).get('/readyz').expect(200)
    await ask(service).get('/readyz?verbose').expect(401)
    await ask(service).get('/readyz?verbose').auth(secret, { type: 'bearer' }).expect(200)
  })

  test('names the writer of the embedded store', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'stepstream-'))
    const store = await openSqliteStore({ dataDir, writer: 'thread' })
    await using service = await startService({ DATA_DIR: dataDir }, { store })
    const { body } = await ask(service).get('/readyz?verbose').expect(200)
    expect(body.modules.store).toMatchObject({ status: 'ok', writer: 'thread' })
    await service.app.close()
    await rm(dataDir, { recursive: true })
  })
})

describe('the reference', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

  test('the API description that is served is the one in the repository', async () => {
    await using service = await startService({}, { version })
    const { text, headers } = await ask(service).get('/openapi.yaml').expect(200)
    expect(headers['content-type']).toContain('application/yaml')
    expect(text).toBe(readFileSync(join(root, 'openapi.yaml'), 'utf8'))
    expect(parse(text)).toMatchObject({ openapi: '3.1.0', info: { version } })
  })

  test('the page at /docs loads nothing from elsewhere', async () => {
    await using service = await startService()
    const page = await ask(service).get('/docs/').redirects(2).expect(200)
    expect(page.headers['content-security-policy']).toBeDefined()
    expect(page.headers['content-security-policy']).not.toMatch(/https?:|upgrade-insecure/)
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? '')
    expect(assets.length).toBeGreaterThan(3)
    for (const path of assets) {
      const url = new URL(path, `${service.url}/docs/`)
      expect(url.origin).toBe(service.url)
      const asset = await fetch(url)
      expect([path, asset.status]).toEqual([path, 200])
      await asset.body?.cancel()
    }
    await ask(service).get('/docs').redirects(1).expect(200)
    await ask(service).get('/docs/static/none.js').expect(404)
  })

  test('the kinds of step come with the schemas of their input', async () => {
    await using service = await startService({}, { executors: [noop] })
    const { body } = await ask(service).get('/v1/executors').expect(200)
    const { executors } = body as { executors: { name: string; input: Record<string, unknown> }[] }
    expect(executors.map(({ name }) => name)).toEqual([
      'webhook',
      'command',
      'wait',
      'condition',
      'browser',
      'client',
      'approval',
      'signal',
      'ai',
      'workflow',
      'noop',
    ])
    for (const { input } of executors) expect(input).toMatchObject({ type: 'object' })
    expect(executors[0]?.input).toMatchObject({ required: expect.arrayContaining(['url']) })
  })
})

test('a failing figure or plan is a problem too', async () => {
  const { store } = wrapStore(undefined, {
    countByStatus: () => Promise.reject(new TypeError('the table is upside down')),
  })
  await using service = await startService({}, { store })
  const { body, type } = await ask(service).get('/metrics').expect(500)
  expect(type).toBe('application/problem+json')
  expect(JSON.stringify(body)).not.toContain('upside down')
})

/**
 * Opens a connection with a request under way, which keeps it open while the service closes; the
 * function ends that one, sends another, and reads what comes back.
 */
async function lateRequest(service: Service, head: string, body: string) {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  const send = (line: string, length: number) =>
    socket.write(
      `${line} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`,
    )
  send('POST /v1/plans', 11)
  await ask(service).get('/healthz').expect(200)
  return async () => {
    socket.write('["Wait 1s"]')
    send(head, body.length)
    socket.write(body)
    let text = ''
    for await (const chunk of socket) text += chunk
    return text.slice(text.indexOf('HTTP/1.1', 1))
  }
}
