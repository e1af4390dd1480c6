import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { handExecutor, noop } from '../support/hand-executor.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startService } from '../support/service.ts'
import { ended, json } from '../support/sessions.ts'

const body = '[{"id":"a","uses":"noop"}]'
const key = { 'idempotency-key': 'order-1' }
const hour = 3_600_000

test('the same body under the same key replays the answer', async () => {
  await using service = await startService({}, { executors: [noop] })
  const first = await service.post('/v1/sessions', body, key)
  const again = await service.post('/v1/sessions', body, key)
  expect([first.status, again.status]).toEqual([202, 202])
  expect(first.headers.has('idempotency-replayed')).toBe(false)
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  expect(again.headers.get('location')).toBe(first.headers.get('location'))
  expect(await again.text()).toBe(await first.text())
  const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions'))
  expect(sessions).toHaveLength(1)
})

test('another body under the same key is refused', async () => {
  await using service = await startService({}, { executors: [noop] })
  await service.post('/v1/sessions', body, key)
  const other = await service.post('/v1/sessions', '[{"id":"b","uses":"noop"}]', key)
  expect(other.status).toBe(422)
  expect(await json(other)).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', retryable: false })
})

test('another key, or none, starts another session', async () => {
  await using service = await startService({}, { executors: [noop] })
  for (const headers of [key, { 'idempotency-key': 'order-2' }, {}, {}]) {
    const response = await service.post('/v1/sessions', body, headers)
    expect(response.headers.has('idempotency-replayed')).toBe(false)
  }
  const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions'))
  expect(sessions).toHaveLength(4)
})

test('twins at the same moment make one session', async () => {
  await using service = await startService({}, { executors: [noop] })
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => service.post('/v1/sessions', body, key)),
  )
  const ids = await Promise.all(
    answers.map(async (answer) => (await json(answer))['sessionId'] as string),
  )
  expect(new Set(ids).size).toBe(1)
  expect(answers.filter(({ headers }) => headers.has('idempotency-replayed'))).toHaveLength(19)
  const { sessions } = await json<{ sessions: unknown[] }>(service.get('/v1/sessions'))
  expect(sessions).toHaveLength(1)
})

test('a replay may wait for the end as the first request could', async () => {
  const hand = handExecutor()
  await using service = await startService({}, { executors: [hand.executor] })
  const held = '[{"id":"a","uses":"hand"}]'
  const first = await service.post('/v1/sessions', held, key)
  const again = service.post('/v1/sessions', held, { ...key, prefer: 'wait=30' })
  const attempt = await hand.attempt()
  attempt.succeed()
  expect((await again).status).toBe(200)
  expect((await again).headers.get('idempotency-replayed')).toBe('true')
  expect((await json(await again))['sessionId']).toBe((await json(first))['sessionId'])
  expect(hand.begun).toBe(1)
})

test('a key is kept for a day and not longer', async () => {
  const clock = new ManualClock()
  await using service = await startService({}, { executors: [noop], clock })
  const first = await json(service.post('/v1/sessions', body, key))
  await ended(service, first['sessionId'] as string)
  clock.advance(23 * hour)
  const replayed = await json(service.post('/v1/sessions', body, key))
  expect(replayed['sessionId']).toBe(first['sessionId'])
  clock.advance(2 * hour)
  const fresh = await service.post('/v1/sessions', body, key)
  expect(fresh.headers.has('idempotency-replayed')).toBe(false)
  expect((await json(fresh))['sessionId']).not.toBe(first['sessionId'])
})

test('a key outlives a restart', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'stepstream-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const ids: unknown[] = []
  for (const replayed of [null, 'true']) {
    await using service = await startService({ DATA_DIR: dir }, { executors: [noop] })
    const response = await service.post('/v1/sessions', body, key)
    expect(response.headers.get('idempotency-replayed')).toBe(replayed)
    ids.push((await json(response))['sessionId'])
  }
  expect(ids[0]).toBe(ids[1])
})

test.for(['', ' ', 'two words', 'ümlaut', 'x'.repeat(256)])(
  'the key %j is refused',
  async (bad) => {
    await using service = await startService({}, { executors: [noop] })
    const response = await service.post('/v1/sessions', body, {
      'idempotency-key': Buffer.from(bad).toString('latin1'),
    })
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ code: 'INVALID_HEADER' })
  },
)

test('a request that was refused does not use its key up', async () => {
  await using service = await startService({}, { executors: [noop] })
  expect((await service.post('/v1/sessions', '["nonsense"]', key)).status).toBe(400)
  expect((await service.post('/v1/sessions', body, key)).status).toBe(202)
})
