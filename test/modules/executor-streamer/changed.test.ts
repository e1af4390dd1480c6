import { describe, expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { createExecutorStreamer } from '../../../src/modules/executor-streamer/index.ts'
import type { Follower } from '../../../src/modules/executor-streamer/types.ts'
import { LogDouble, output } from '../../http/sse/support/log-double.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const MAX_BYTES = 64 * 1024

function setup({ maxEvents = 1000 } = {}) {
  const log = new LogDouble()
  const streamer = createExecutorStreamer({
    store: log,
    clock: new ManualClock(),
    maxEvents,
    ttlMs: 3_600_000,
    maxTotalBytes: 1_000_000,
  })
  log.onCommit((commits) => streamer.publish(commits))
  log.create('ses_a')
  /** Another process commits; nobody here is told. */
  const foreign = (count = 1, sessionId = 'ses_a') =>
    log.append(sessionId, Array(count).fill(output('foreign')), { publish: false })
  return { log, streamer, foreign }
}

/** Pulls until the follower is at the tail; the seqs it got. */
async function drain(follower: Follower): Promise<number[]> {
  const seqs: number[] = []
  for (;;) {
    const events = await follower.pull(MAX_BYTES)
    if (events === undefined) return seqs
    seqs.push(...events.map(({ seq }) => seq))
  }
}

/** A follower that rests at the tail, and how often it was woken from there. */
async function resting(streamer: ReturnType<typeof setup>['streamer'], afterSeq = 0) {
  const follower = streamer.follow('ses_a', afterSeq)
  await drain(follower)
  const woken = { times: 0 }
  follower.onWake(() => {
    woken.times += 1
  })
  return { follower, woken }
}

describe('a commit of another process', () => {
  test('wakes followers at the tail, who read it from the store', async () => {
    const { log, streamer, foreign } = setup()
    log.outputs('ses_a', 2)
    const { follower, woken } = await resting(streamer)
    foreign(3)
    expect(woken.times).toBe(0)
    streamer.changed(['ses_other', 'ses_a'])
    expect(woken.times).toBe(1)
    expect(await drain(follower)).toEqual([3, 4, 5])
    log.outputs('ses_a', 1)
    expect(woken.times).toBe(2)
    expect(await drain(follower)).toEqual([6])
  })

  test('costs one read, however many follow the session', async () => {
    const { log, streamer, foreign } = setup()
    log.outputs('ses_a', 2)
    const all = await Promise.all(Array.from({ length: 100 }, () => resting(streamer)))
    const { reads } = log
    foreign(2)
    streamer.changed(['ses_a'])
    const early = all.slice(0, 60).map(({ follower }) => drain(follower))
    for (const seqs of await Promise.all(early)) expect(seqs).toEqual([3, 4])
    // The rest is a turn late, as many streams are.
    await new Promise((resolve) => setImmediate(resolve))
    for (const { follower } of all.slice(60)) expect(await drain(follower)).toEqual([3, 4])
    expect(log.reads - reads).toBe(1)
  })

  test('is handed to all followers at one place as the same array', async () => {
    const { streamer, foreign } = setup()
    const first = await resting(streamer)
    const second = await resting(streamer)
    foreign(2)
    streamer.changed(['ses_a'])
    const pulled = [first.follower.pull(MAX_BYTES), second.follower.pull(MAX_BYTES)]
    expect(await pulled[0]).toBe(await pulled[1])
  })

  test('costs nothing when nobody follows the session', () => {
    const { log, streamer, foreign } = setup()
    foreign(2)
    streamer.changed(['ses_a'])
    expect(log.reads).toBe(0)
    expect(streamer.stats()).toEqual({ streams: 0, bufferedBytes: 0, followers: 0 })
  })

  test('that was announced before anybody followed is found all the same', async () => {
    const { log, streamer, foreign } = setup()
    const own = log.append('ses_a', [output('own')], { publish: false })
    foreign()
    streamer.changed(['ses_a'])
    const follower = streamer.follow('ses_a', 0, 0)
    // What is on disk already is published a moment later.
    streamer.publish([own])
    expect(await drain(follower)).toEqual([1, 2])
  })

  test('is not missed when it is announced before the commit of ours that it follows', async () => {
    const { log, streamer, foreign } = setup()
    const { follower, woken } = await resting(streamer)
    const own = log.append('ses_a', [output('own')], { publish: false })
    foreign()
    streamer.changed(['ses_a'])
    streamer.publish([own])
    expect(woken.times).toBe(1)
    expect(await drain(follower)).toEqual([1, 2])
  })

  test('is not missed by a follower that gets ours from the buffer after another has read both', async () => {
    const { log, streamer, foreign } = setup()
    const fast = await resting(streamer)
    const slow = await resting(streamer)
    const own = log.append('ses_a', [output('own')], { publish: false })
    foreign()
    streamer.changed(['ses_a'])
    expect(await drain(fast.follower)).toEqual([1, 2])
    streamer.publish([own])
    expect(await drain(slow.follower)).toEqual([1, 2])
  })

  test('is not missed when a read that is older than it comes back empty', async () => {
    const { log, streamer, foreign } = setup()
    const { follower } = await resting(streamer)
    const release = log.hold()
    streamer.changed(['ses_a'])
    const early = follower.pull(MAX_BYTES)
    foreign()
    streamer.changed(['ses_a'])
    release()
    expect(await early).toEqual([])
    expect(await drain(follower)).toEqual([1])
  })

  test('is not missed by one who asks while a read that is older than it is under way', async () => {
    const { log, streamer, foreign } = setup()
    const first = await resting(streamer)
    const second = await resting(streamer)
    const release = log.hold()
    streamer.changed(['ses_a'])
    const early = first.follower.pull(MAX_BYTES)
    foreign()
    streamer.changed(['ses_a'])
    const late = second.follower.pull(MAX_BYTES)
    release()
    await early
    expect((await late)?.map(({ seq }) => seq)).toEqual([1])
  })

  test('that ends the session is the last event, by whichever way it comes', async () => {
    const { log, streamer, foreign } = setup()
    const { follower } = await resting(streamer)
    foreign()
    log.append('ses_a', [{ type: 'session.completed', data: { status: 'completed' } }], {
      publish: false,
    })
    streamer.changed(['ses_a'])
    expect((await follower.pull(MAX_BYTES))?.at(-1)?.type).toBe('session.completed')
  })
})

describe('an alarm', () => {
  test('for nothing costs one read, then the followers rest again', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 1)
    const { follower, woken } = await resting(streamer)
    const { reads } = log
    streamer.changed(['ses_a'])
    expect(await drain(follower)).toEqual([])
    expect(follower.pull(MAX_BYTES)).toBeUndefined()
    expect(log.reads - reads).toBe(1)
    expect(woken.times).toBe(1)
  })

  test('that comes twice wakes a resting follower once', async () => {
    const { streamer, foreign } = setup()
    const { follower, woken } = await resting(streamer)
    foreign()
    streamer.changed(['ses_a', 'ses_a'])
    streamer.changed(['ses_a'])
    expect(woken.times).toBe(1)
    expect(await drain(follower)).toEqual([1])
  })

  test('while the store refuses is not forgotten: the next pull reads again', async () => {
    const { log, streamer, foreign } = setup()
    const { follower } = await resting(streamer)
    foreign()
    log.fault = new StepstreamError('STORAGE_UNAVAILABLE', 'the database is gone')
    streamer.changed(['ses_a'])
    await expect(drain(follower)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
    log.fault = undefined
    expect(await drain(follower)).toEqual([1])
  })
})

test('what others wrote is within the budget of the buffers', async () => {
  const { log, streamer, foreign } = setup({ maxEvents: 3 })
  const { follower } = await resting(streamer)
  for (let round = 0; round < 20; round += 1) {
    foreign()
    streamer.changed(['ses_a'])
    expect(await drain(follower)).toEqual([round + 1])
  }
  const kept = log.events('ses_a').slice(-3)
  const bytes = kept.reduce((sum, { body }) => sum + body.length, 0)
  expect(streamer.stats().bufferedBytes).toBe(bytes)
  streamer.close()
  expect(streamer.stats()).toMatchObject({ streams: 0, bufferedBytes: 0 })
})
