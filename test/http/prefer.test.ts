import { describe, expect, test } from 'vitest'
import { waitForEnd } from '../../src/http/prefer.ts'
import { createExecutorStreamer } from '../../src/modules/executor-streamer/index.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { LogDouble } from './sse/support/log-double.ts'

function setup() {
  const log = new LogDouble()
  const streamer = createExecutorStreamer({
    store: log,
    clock: new ManualClock(),
    maxEvents: 1000,
    ttlMs: 3_600_000,
    maxTotalBytes: 1_000_000,
  })
  log.onCommit((commits) => streamer.publish(commits))
  log.create('ses_a')
  log.outputs('ses_a', 1)
  const over = new AbortController()
  return { log, streamer, over, waiting: () => waitForEnd(streamer, 'ses_a', over.signal) }
}

const final = { type: 'session.completed', data: { status: 'completed' } } as const

describe('waiting for a session’s end', () => {
  test.for(Array.from({ length: 25 }, (_, n) => n))(
    'misses none that comes %d microtasks after the wait began',
    async (count) => {
      const { log, over, waiting } = setup()
      const wait = waiting()
      for (let n = 0; n < count; n += 1) await Promise.resolve()
      log.end('ses_a')
      const missed = new Promise((resolve) => setTimeout(resolve, 50, 'missed'))
      expect(await Promise.race([wait, missed])).toBe(true)
      over.abort()
    },
  )

  test('sees one that another replica wrote', async () => {
    const { log, streamer, waiting } = setup()
    const wait = waiting()
    await new Promise((resolve) => setImmediate(resolve))
    log.append('ses_a', [final], { publish: false })
    streamer.changed(['ses_a'])
    expect(await wait).toBe(true)
    expect(streamer.stats().followers).toBe(0)
  })

  test('is over when the signal says so', async () => {
    const { over, waiting } = setup()
    const wait = waiting()
    await new Promise((resolve) => setImmediate(resolve))
    over.abort()
    expect(await wait).toBe(false)
  })
})
