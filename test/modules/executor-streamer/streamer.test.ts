import { describe, expect, test } from 'vitest'
import { createExecutorStreamer } from '../../../src/modules/executor-streamer/index.ts'
import type { ExecutorStreamer, Follower } from '../../../src/modules/executor-streamer/types.ts'
import type { Commit, EncodedEvent } from '../../../src/store/types.ts'
import { LogDouble, output } from '../../http/sse/support/log-double.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const MAX_BYTES = 64 * 1024
const TTL_MS = 3_600_000

function setup(limits: { maxEvents?: number; maxTotalBytes?: number } = {}) {
  const log = new LogDouble()
  const clock = new ManualClock()
  const faults: unknown[] = []
  const streamer = createExecutorStreamer({
    store: log,
    clock,
    maxEvents: limits.maxEvents ?? 1000,
    ttlMs: TTL_MS,
    maxTotalBytes: limits.maxTotalBytes ?? 1_000_000,
    onFault: (error) => faults.push(error),
  })
  log.onCommit((commits) => streamer.publish(commits))
  log.create('ses_a')
  return { log, clock, streamer, faults }
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

async function atTail(streamer: ExecutorStreamer, sessionId: string, afterSeq = 0) {
  const follower = streamer.follow(sessionId, afterSeq)
  await drain(follower)
  return follower
}

describe('a follower', () => {
  test('reads the log from its cursor, then from the buffer without the store', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 5)
    const follower = streamer.follow('ses_a', 2)
    expect(await drain(follower)).toEqual([3, 4, 5])
    const { reads } = log
    log.outputs('ses_a', 2)
    expect(follower.lag).toBe(2)
    expect((follower.pull(MAX_BYTES) as EncodedEvent[]).map(({ seq }) => seq)).toEqual([6, 7])
    expect(follower.pull(MAX_BYTES)).toBeUndefined()
    expect(follower.cursor).toBe(7)
    expect(follower.lag).toBe(0)
    expect(log.reads).toBe(reads)
  })

  test('is woken once per rest, however many commits come', async () => {
    const { log, streamer } = setup()
    const follower = await atTail(streamer, 'ses_a')
    let wakes = 0
    follower.onWake(() => {
      wakes += 1
    })
    log.outputs('ses_a', 1)
    log.outputs('ses_a', 1)
    expect(wakes).toBe(1)
    expect(await drain(follower)).toEqual([1, 2])
    log.outputs('ses_a', 1)
    expect(wakes).toBe(2)
  })

  test('gets an event that is committed while its first read is under way', async () => {
    const { log, streamer } = setup()
    const release = log.hold()
    const follower = streamer.follow('ses_a', 0)
    const first = follower.pull(MAX_BYTES)
    log.outputs('ses_a', 1)
    release()
    expect(await first).toEqual([])
    expect(await drain(follower)).toEqual([1])
  })

  test('does not trust an empty read that is older than what another follower was told', async () => {
    const { log, streamer } = setup({ maxEvents: 1 })
    const release = log.hold()
    const first = streamer.follow('ses_a', 0)
    const early = first.pull(MAX_BYTES)
    log.outputs('ses_a', 3)
    const second = streamer.follow('ses_a', 0)
    const late = second.pull(MAX_BYTES)
    release()
    await early
    expect((await late)?.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(await drain(first)).toEqual([1, 2, 3])
  })

  test('gets what its caller saw on disk, also before the streamer is told of it', async () => {
    const { log, streamer } = setup()
    await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 3)
    const unpublished = log.append('ses_a', [output('late'), output('later')], { publish: false })
    const release = log.hold()
    const told = streamer.follow('ses_a', 3, 5)
    const reading = drain(told)
    release()
    expect(await reading).toEqual([4, 5])
    streamer.publish([unpublished])
    expect(await drain(told)).toEqual([])
    log.outputs('ses_a', 1)
    expect(await drain(told)).toEqual([6])
  })

  test('says that the log is gone when what its caller saw on disk is there no more', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 3)
    log.remove('ses_a')
    const follower = streamer.follow('ses_a', 0, 3)
    await expect(follower.pull(MAX_BYTES)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  })

  test('gets an event once that it read from the store before it was published', async () => {
    const { log, streamer } = setup()
    const commit = log.append('ses_a', [output('a')], { publish: false })
    const follower = streamer.follow('ses_a', 0)
    expect(await drain(follower)).toEqual([1])
    streamer.publish([commit])
    expect(await drain(follower)).toEqual([])
    log.outputs('ses_a', 1)
    expect(await drain(follower)).toEqual([2])
  })

  test('reads the store for what was published with a gap', async () => {
    const { log, streamer } = setup()
    const follower = await atTail(streamer, 'ses_a')
    log.append('ses_a', [output('missed')], { publish: false })
    log.outputs('ses_a', 1)
    expect(await drain(follower)).toEqual([1, 2])
  })

  test('that lags behind the buffer reads the store', async () => {
    const { log, streamer } = setup({ maxEvents: 3 })
    const follower = await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 10)
    expect(await drain(follower)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('learns that the log was removed under it', async () => {
    const { log, streamer } = setup({ maxEvents: 1 })
    const follower = await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 5)
    log.remove('ses_a')
    await expect(drain(follower)).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' })
  })

  test('passes a failing read on, and reads again when asked again', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 2)
    const follower = streamer.follow('ses_a', 0)
    log.fault = new Error('no disk')
    await expect(drain(follower)).rejects.toThrow('no disk')
    log.fault = undefined
    expect(await drain(follower)).toEqual([1, 2])
  })

  test('gets nothing once it is closed, not even what it was reading', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 2)
    const follower = streamer.follow('ses_a', 0)
    const pulled = follower.pull(MAX_BYTES)
    follower.close()
    follower.close()
    expect(await pulled).toEqual([])
    expect(follower.pull(MAX_BYTES)).toBeUndefined()
    expect(streamer.stats().followers).toBe(0)
  })
})

describe('followers of one session', () => {
  test('at the same place get the same arrays, from the store and from the buffer', async () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 2)
    const first = streamer.follow('ses_a', 0)
    const second = streamer.follow('ses_a', 0)
    expect(await first.pull(MAX_BYTES)).toBe(await second.pull(MAX_BYTES))
    expect(log.reads).toBe(1)
    await drain(first)
    await drain(second)
    log.outputs('ses_a', 2)
    expect(first.pull(MAX_BYTES)).toBe(second.pull(MAX_BYTES))
  })

  test('share a replay also when they come one after the other', async () => {
    const { log, streamer } = setup()
    log.append('ses_a', Array(500).fill(output('x'.repeat(1000))))
    const first = streamer.follow('ses_a', 0)
    expect(await drain(first)).toHaveLength(500)
    const { reads } = log
    expect(await drain(streamer.follow('ses_a', 0))).toHaveLength(500)
    expect(log.reads - reads).toBeLessThanOrEqual(1)
  })
})

describe('the buffer', () => {
  test('holds nothing of sessions that nobody follows', () => {
    const { log, streamer } = setup()
    log.outputs('ses_a', 100)
    expect(streamer.stats()).toEqual({ streams: 0, bufferedBytes: 0, followers: 0 })
  })

  test('keeps a stream for some time after its last follower, then lets it go', async () => {
    const { log, clock, streamer } = setup()
    const follower = await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 3)
    follower.close()
    const { reads } = log
    expect(await drain(streamer.follow('ses_a', 0))).toEqual([1, 2, 3])
    expect(log.reads).toBe(reads)
    streamer.close()
    expect(clock.pending).toBe(0)
  })

  test('drops idle streams after the time to live, with all their bytes', async () => {
    const { log, clock, streamer } = setup()
    const follower = await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 3)
    follower.close()
    clock.advance(TTL_MS * 0.9)
    expect(streamer.stats().streams).toBe(1)
    clock.advance(TTL_MS * 0.4)
    expect(streamer.stats()).toEqual({ streams: 0, bufferedBytes: 0, followers: 0 })
    expect(clock.pending).toBe(0)
  })

  test('drops the events of a silent stream but still wakes its followers', async () => {
    const { log, clock, streamer } = setup()
    const follower = await atTail(streamer, 'ses_a')
    log.outputs('ses_a', 3)
    clock.advance(TTL_MS * 1.5)
    expect(streamer.stats()).toEqual({ streams: 1, bufferedBytes: 0, followers: 1 })
    expect(await drain(follower)).toEqual([1, 2, 3])
    log.outputs('ses_a', 1)
    expect(await drain(follower)).toEqual([4])
  })

  test('stays within its budget: ended streams nobody follows go first, followed ones last', async () => {
    const { log, clock, streamer } = setup({ maxTotalBytes: 32_000 })
    for (const id of ['ses_ended', 'ses_idle', 'ses_live']) {
      log.create(id)
      const follower = await atTail(streamer, id)
      log.append(id, [output('x'.repeat(9000))])
      if (id === 'ses_ended') log.end(id)
      if (id !== 'ses_live') follower.close()
      clock.advance(1000)
    }
    const live = streamer.follow('ses_live', 1)
    expect(streamer.stats().streams).toBe(3)
    log.append('ses_live', [output('x'.repeat(9000))])
    expect(streamer.stats()).toMatchObject({ streams: 2, followers: 2 })
    expect(streamer.stats().bufferedBytes).toBeLessThanOrEqual(32_000)
    expect(await drain(live)).toEqual([2])
    const { reads } = log
    expect(await drain(streamer.follow('ses_idle', 0))).toEqual([1])
    expect(log.reads).toBe(reads)
  })
})

describe('a fault', () => {
  test('in what is published breaks nothing: followers read the store', async () => {
    const { log, streamer, faults } = setup()
    log.create('ses_b')
    const broken = await atTail(streamer, 'ses_a')
    const other = await atTail(streamer, 'ses_b')
    let wakes = 0
    broken.onWake(() => {
      wakes += 1
    })
    const good = log.append('ses_a', [output('a'), output('b')], { publish: false })
    const poison = { ...good, events: [undefined, good.events[1]] } as unknown as Commit
    streamer.publish([poison, log.append('ses_b', [output('c')], { publish: false })])
    expect(faults).toHaveLength(1)
    expect(wakes).toBe(1)
    expect(await drain(broken)).toEqual([1, 2])
    expect(await drain(other)).toEqual([1])
    log.outputs('ses_a', 1)
    expect(await drain(broken)).toEqual([3])
  })

  test('in one follower’s wake-up does not keep the others asleep', async () => {
    const { log, streamer, faults } = setup()
    const first = await atTail(streamer, 'ses_a')
    const second = await atTail(streamer, 'ses_a')
    let woken = false
    first.onWake(() => {
      throw new Error('broken listener')
    })
    second.onWake(() => {
      woken = true
    })
    log.outputs('ses_a', 1)
    expect(faults).toHaveLength(1)
    expect(woken).toBe(true)
    expect(await drain(second)).toEqual([1])
    expect(await drain(first)).toEqual([1])
  })
})
