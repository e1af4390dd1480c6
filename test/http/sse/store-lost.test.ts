import { expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { output } from './support/log-double.ts'
import { openStream } from './support/read-stream.ts'
import { type Served, serve } from './support/serve.ts'

const gone = new StepstreamError('STORAGE_UNAVAILABLE', 'the database cannot be reached')

const idsOf = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))

/** Another replica writes, and this one hears of it. */
function foreign({ log, streamer }: Served, sessionId: string): void {
  log.append(sessionId, [output('foreign')], { publish: false })
  streamer.changed([sessionId])
}

test('an open stream outlives the store’s absence, with heartbeats, and then goes on by itself', async () => {
  const clock = new ManualClock()
  await using served = await serve({ clock })
  served.log.create('ses_a')
  served.log.outputs('ses_a', 2)
  const stream = await openStream(served.url('ses_a'))
  await stream.until('id: 2\n')
  served.log.fault = gone
  const { reads } = served.log
  foreign(served, 'ses_a')
  await expect.poll(() => served.log.reads).toBe(reads + 1)
  for (let second = 0; second < 40; second += 1) {
    clock.advance(1000)
    await nextTurn()
  }
  await stream.until(': keep-alive\n\n: keep-alive\n\n')
  expect(served.streams.open).toBe(1)
  expect(served.log.reads - reads).toBeGreaterThan(5)
  expect(served.log.reads - reads).toBeLessThan(25)
  served.log.fault = undefined
  clock.advance(5000)
  await stream.until('id: 3\n')
  foreign(served, 'ses_a')
  await stream.until('id: 4\n')
  served.log.append('ses_a', [{ type: 'session.completed', data: { status: 'completed' } }], {
    publish: false,
  })
  served.streamer.changed(['ses_a'])
  expect(idsOf(await stream.ended())).toEqual([1, 2, 3, 4, 5])
  expect(served.streams.stats.closed).toMatchObject({ ended: 1, unavailable: 0 })
})

test('many streams come back to the store a few at a time, after one of them has found it', async () => {
  const clock = new ManualClock()
  await using served = await serve({ clock })
  const ids = Array.from({ length: 60 }, (_, n) => `ses_${n}`)
  for (const id of ids) served.log.create(id)
  const streams = await Promise.all(ids.map((id) => openStream(served.url(id))))
  await Promise.all(streams.map((stream) => stream.until('stream.hello')))
  served.log.fault = gone
  const { reads } = served.log
  for (const id of ids) foreign(served, id)
  await expect.poll(() => served.log.reads - reads).toBe(60)
  const timers = clock.pending
  // Nobody is back: one asks for all.
  for (let second = 0; second < 20; second += 1) {
    clock.advance(1000)
    await nextTurn()
  }
  expect(served.log.reads - reads).toBeLessThan(60 + 15)
  expect(clock.pending).toBeLessThanOrEqual(timers)
  const before = served.log.reads
  served.log.fault = undefined
  const first = served.log.hold()
  clock.advance(5000)
  await nextTurn()
  expect(served.log.reads - before).toBe(1)
  first()
  const eight = served.log.hold()
  await expect.poll(() => served.log.reads - before).toBe(1 + 8)
  await nextTurn()
  expect(served.log.reads - before).toBe(1 + 8)
  eight()
  await Promise.all(streams.map((stream) => stream.until('id: 1\n')))
  expect(served.log.reads - before).toBe(60)
  for (const stream of streams) stream.destroy()
})

test('a stream that waits for the store says goodbye at the shutdown', async () => {
  const clock = new ManualClock()
  const served = await serve({ clock })
  served.log.create('ses_a')
  const stream = await openStream(served.url('ses_a'))
  await stream.until('stream.hello')
  served.log.fault = gone
  const { reads } = served.log
  foreign(served, 'ses_a')
  await expect.poll(() => served.log.reads).toBe(reads + 1)
  await served[Symbol.asyncDispose]()
  expect(await stream.ended()).toContain('data: {"reason":"shutdown"}')
  expect(clock.pending).toBe(0)
})

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2))
}
