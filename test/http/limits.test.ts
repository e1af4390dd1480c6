import { expect, test } from 'vitest'
import { handExecutor, noop } from '../support/hand-executor.ts'
import { startService } from '../support/service.ts'
import { ended, json, start } from '../support/sessions.ts'

const held = [{ id: 'a', uses: 'hand' }]

test('no more sessions run than MAX_SESSIONS_RUNNING; the rest run when there is a place', async () => {
  const hand = handExecutor()
  await using service = await startService(
    { MAX_SESSIONS_RUNNING: '2' },
    { executors: [hand.executor] },
  )
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push(await start(service, held))
  const first = [await hand.attempt(), await hand.attempt()]
  const load = async () => (await json(service.get('/readyz')))['sessions']
  await expect.poll(load, { timeout: 8000 }).toEqual({ running: 2, queued: 3 })
  expect(hand.begun).toBe(2)
  const statuses = await Promise.all(
    ids.map(async (id) => (await json(service.get(`/v1/sessions/${id}`)))['status']),
  )
  expect(statuses).toEqual(['running', 'running', 'queued', 'queued', 'queued'])
  for (const attempt of first) attempt.succeed()
  for (let n = 0; n < 3; n++) (await hand.attempt()).succeed()
  for (const id of ids) {
    expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
  }
})

test('parked sessions take no place', async () => {
  await using service = await startService({ MAX_SESSIONS_RUNNING: '1' }, { executors: [noop] })
  for (let n = 0; n < 5; n++) {
    const id = await start(service, ['Wait 1h'])
    await service.get(`/v1/sessions/${id}`)
  }
  const id = await start(service, [{ uses: 'noop' }])
  expect((await ended(service, id)).at(-1)?.type).toBe('session.completed')
})

test('a full queue refuses new sessions, also those that come all at once', async () => {
  const hand = handExecutor()
  await using service = await startService(
    { MAX_SESSIONS_RUNNING: '1', MAX_SESSIONS_QUEUED: '2' },
    { executors: [hand.executor] },
  )
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => service.post('/v1/sessions', held)),
  )
  const refused = answers.filter(({ status }) => status === 429)
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3)
  expect(refused).toHaveLength(7)
  expect(refused[0]?.headers.get('retry-after')).toBe('5')
  expect(await json(refused[0] as Response)).toMatchObject({
    code: 'TOO_MANY_SESSIONS',
    retryable: true,
  })
  for (let n = 0; n < 3; n++) (await hand.attempt()).succeed()
  const { sessions } = await json<{ sessions: { sessionId: string }[] }>(
    service.get('/v1/sessions'),
  )
  for (const { sessionId } of sessions) await ended(service, sessionId)
  expect((await service.post('/v1/sessions', held)).status).toBe(202)
})

test('the rate of new sessions is limited for each key by itself', async () => {
  const [one, two] = ['0123456789abcdef', 'fedcba9876543210']
  await using service = await startService(
    { MAX_SESSIONS_PER_MINUTE: '2', API_KEYS: `one:${one},two:${two}` },
    { executors: [noop] },
  )
  const post = (key: string) =>
    service.post('/v1/sessions', [{ uses: 'noop' }], { authorization: `Bearer ${key}` })
  expect([(await post(one)).status, (await post(one)).status]).toEqual([202, 202])
  const refused = await post(one)
  expect(refused.status).toBe(429)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect(refused.headers.get('content-type')).toContain('application/problem+json')
  expect(await json(refused)).toMatchObject({ code: 'RATE_LIMITED', retryable: true })
  expect((await post(two)).status).toBe(202)
  const read = await service.get('/v1/sessions', { authorization: `Bearer ${one}` })
  expect(read.status).toBe(200)
})

test('without keys the rate is an address’s', async () => {
  await using service = await startService({ MAX_SESSIONS_PER_MINUTE: '1' }, { executors: [noop] })
  const post = () => service.post('/v1/sessions', [{ uses: 'noop' }])
  expect([(await post()).status, (await post()).status]).toEqual([202, 429])
})
