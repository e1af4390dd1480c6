import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createRetention } from '../../../src/modules/retention/index.ts'
import { ManualClock } from '../../support/manual-clock.ts'

type Batch = { removed: string[]; more: boolean }

function setup(batches: (Batch | Error)[], onPurge = () => {}) {
  const clock = new ManualClock(1_000_000)
  const asked: object[] = []
  const gone: string[] = []
  const told: unknown[] = []
  const stuck = new Set<string>()
  const retention = createRetention({
    store: {
      async purge(options) {
        asked.push(options)
        onPurge()
        const batch = batches.shift() ?? { removed: [], more: false }
        if (batch instanceof Error) throw batch
        return batch
      },
    },
    artifacts: {
      async removeSession(id) {
        if (stuck.has(id)) throw new Error('EBUSY')
        gone.push(id)
      },
    },
    clock,
    log: {
      info: (line: unknown) => told.push(line),
      error: (line: unknown) => told.push(line),
    } as never,
    sessionTtlMs: 1000,
  })
  return { clock, retention, asked, gone, told, stuck }
}

test('removes in small batches until nothing is left, and the files after the rows', async () => {
  const { retention, asked, gone, told } = setup([
    { removed: ['a'], more: true },
    { removed: [], more: true },
    { removed: ['b', 'c'], more: false },
  ])
  await retention.sweep()
  expect(asked).toEqual(Array(3).fill({ endedBefore: 999_000, now: 1_000_000, maxRows: 500 }))
  expect(gone).toEqual(['a', 'b', 'c'])
  expect(told).toEqual([{ count: 3 }])
})

test('looks every minute, also after a failure, until it is stopped', async () => {
  const { clock, retention, asked, told } = setup([new Error('disk I/O error')])
  retention.start()
  for (const times of [1, 2]) {
    clock.advance(60_000)
    await expect.poll(() => clock.pending).toBe(1)
    expect(asked).toHaveLength(times)
  }
  expect(told).toEqual([{ err: expect.any(Error) }])
  retention.stop()
  clock.advance(600_000)
  await pause(0)
  expect(asked).toHaveLength(2)
})

test('a sweep that is under way ends with its batch when it is stopped', async () => {
  const batches = Array<Batch>(50).fill({ removed: [], more: true })
  const { retention, asked } = setup(batches, () => retention.stop())
  await retention.sweep()
  expect(asked).toHaveLength(1)
})

test('files that cannot be removed are tried again at the next sweep, and hold nothing up', async () => {
  const { retention, gone, told, stuck } = setup([{ removed: ['a', 'b'], more: false }])
  stuck.add('a')
  await retention.sweep()
  expect(gone).toEqual(['b'])
  expect(told).toContainEqual({ err: expect.any(Error), sessionId: 'a' })
  stuck.clear()
  await retention.sweep()
  expect(gone).toEqual(['b', 'a'])
})
