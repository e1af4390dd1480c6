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
  return { retention, asked, gone, told, stuck }
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

test('a sweep that fails says so, and the next one goes on', async () => {
  const { retention, gone } = setup([new Error('disk I/O error'), { removed: ['a'], more: false }])
  await expect(retention.sweep()).rejects.toThrow('disk I/O error')
  await retention.sweep()
  expect(gone).toEqual(['a'])
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
