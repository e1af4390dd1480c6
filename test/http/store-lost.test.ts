import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { functionExecutor, noop } from '../support/hand-executor.ts'
import { type Service, startService } from '../support/service.ts'
import { ended, json, start, until } from '../support/sessions.ts'
import { openStream } from './sse/support/read-stream.ts'
import { losableStore } from './support/lost-store.ts'

/** An output too large for an event becomes an artifact. */
const large = functionExecutor('large', () => ({
  status: 'succeeded',
  output: 'x'.repeat(100_000),
}))

describe('while the store cannot be reached', () => {
  const { store, lose, find } = losableStore()
  let service: Service
  let session: string
  let artifact: string
  let waiting: string

  beforeAll(async () => {
    service = await startService({}, { store, executors: [noop, large] })
    session = await start(service, [{ uses: 'large' }])
    await ended(service, session)
    const { artifacts } = await json<{ artifacts: { id: string }[] }>(
      service.get(`/v1/sessions/${session}/artifacts`),
    )
    artifact = artifacts[0]?.id ?? 'none'
    expect((await service.get(`/v1/artifacts/${artifact}`)).status).toBe(200)
    waiting = await start(service, ['Wait 1h'])
    await until(service, waiting, 'session.waiting')
    lose()
  })

  afterAll(async () => {
    find()
    await service[Symbol.asyncDispose]()
  })

  const ask = (method: string, path: string, headers: Record<string, string> = {}) => {
    const url =
      service.url +
      path.replace(':id', session).replace(':waiting', waiting).replace(':artifact', artifact)
    const body = method === 'POST' ? '["Wait 1 ms"]' : null
    const sent = body === null ? headers : { 'content-type': 'application/json', ...headers }
    const withoutBody = path.startsWith('/v1/sessions/')
    return fetch(url, withoutBody ? { method, headers } : { method, headers: sent, body })
  }

  test.for([
    ['POST', '/v1/sessions'],
    ['GET', '/v1/sessions'],
    ['GET', '/v1/sessions?status=completed&limit=1'],
    ['GET', '/v1/sessions/:id'],
    ['HEAD', '/v1/sessions/:id'],
    ['GET', '/v1/sessions/:id/progress'],
    ['GET', '/v1/sessions/:id/steps'],
    ['GET', '/v1/sessions/:id/artifacts'],
    ['HEAD', '/v1/sessions/:id/events'],
    ['POST', '/v1/sessions/:id/pause'],
    ['POST', '/v1/sessions/:id/resume'],
    ['POST', '/v1/sessions/:id/cancel'],
    ['POST', '/v1/sessions/:waiting/pause'],
    ['POST', '/v1/sessions/:waiting/cancel'],
    ['DELETE', '/v1/sessions/:id'],
    ['GET', '/v1/artifacts/:artifact'],
  ])('%s %s answers 503 and when to come back', async ([method = '', path = '']) => {
    const response = await ask(method, path)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    if (method === 'HEAD') return
    expect(await json(response)).toMatchObject({ code: 'STORAGE_UNAVAILABLE', retryable: true })
  })

  test('so does the log as JSON', async () => {
    const response = await ask('GET', '/v1/sessions/:id/events', { accept: 'application/json' })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(await json(response)).toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  })

  test.for([
    ['POST', '/v1/plans', 200],
    ['GET', '/v1/executors', 200],
    ['GET', '/healthz', 200],
    ['GET', '/metrics', 200],
    ['GET', '/openapi.yaml', 200],
    ['GET', '/docs/errors', 200],
    ['GET', '/v1/nothing', 404],
    ['GET', '/v1/sessions/nobody', 404],
    ['GET', '/v1/sessions?cursor=abc', 400],
  ] as const)('%s %s needs no store and answers %d', async ([method, path, status]) => {
    expect((await ask(method, path)).status).toBe(status)
  })

  test('readyz says why', async () => {
    const response = await ask('GET', '/readyz')
    expect(response.status).toBe(503)
    expect(await json(response)).toMatchObject({
      status: 'unavailable',
      store: { writable: false, detail: 'the database cannot be reached' },
    })
  })

  test('the figures come without those of the store', async () => {
    const text = await (await ask('GET', '/metrics')).text()
    expect(text).toMatch(/^stepstream_store_up 0$/m)
    expect(text).not.toMatch(/^stepstream_sessions\{/m)
    expect(text).toMatch(/^stepstream_sessions_driven 0$/m)
    expect(text).toMatch(/^stepstream_streams_opened_total \d/m)
  })

  test.for(['ses_00000000000000000000000000', ':id'])(
    'the stream of %s is 200 and a goodbye, for a client that resumes too',
    async (id) => {
      const url = `${service.url}/v1/sessions/${id.replace(':id', session)}/events`
      for (const headers of [{}, { 'last-event-id': '2' }]) {
        const stream = await openStream(url, headers)
        expect(stream.status).toBe(200)
        expect(stream.headers['content-type']).toMatch(/^text\/event-stream/)
        expect(await stream.ended()).toMatch(
          /^retry: \d+\n\nevent: stream\.bye\ndata: {"reason":"unavailable"}\n\n$/,
        )
      }
    },
  )
})

test('all of it comes back with the store', async () => {
  const { store, lose, find } = losableStore()
  await using service = await startService({}, { store, executors: [noop] })
  const id = await start(service, [{ uses: 'noop' }])
  await ended(service, id)
  lose()
  expect((await service.get(`/v1/sessions/${id}`)).status).toBe(503)
  find()
  expect((await service.get(`/v1/sessions/${id}`)).status).toBe(200)
  expect((await service.get('/readyz')).status).toBe(200)
  expect(await (await service.get('/metrics')).text()).toMatch(/^stepstream_store_up 1$/m)
  expect((await ended(service, await start(service, [{ uses: 'noop' }]))).at(-1)?.type).toBe(
    'session.completed',
  )
})

test('a caller that waits for the end is told that its session is on disk all the same', async () => {
  const { store, lose, find } = losableStore()
  const created = { ...store }
  created.createSession = async (session) => {
    const answer = await store.createSession(session)
    lose()
    return answer
  }
  await using service = await startService({}, { store: created, executors: [noop] })
  const response = await service.post('/v1/sessions', [{ uses: 'noop' }], { prefer: 'wait=5' })
  expect(response.status).toBe(202)
  const { sessionId } = await json<{ sessionId: string }>(response)
  find()
  expect((await ended(service, sessionId)).at(-1)?.type).toBe('session.completed')
})
