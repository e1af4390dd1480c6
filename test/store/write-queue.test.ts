import { expect, test } from 'vitest'
import type { Committer, Write } from '../../src/store/write.ts'
import { done } from '../../src/store/write.ts'
import { createWriteQueue } from '../../src/store/write-queue.ts'
import { events } from './records.ts'

const append = (count: number): Write => ({
  kind: 'append',
  sessionId: 'ses_1',
  tenant: 'default',
  expectedSeq: 0,
  events: events(0, count),
  summary: undefined,
  claim: undefined,
})

/** A committer that notes the sizes of its groups and finishes when told. */
function manualCommitter() {
  const groups: number[] = []
  const finishers: (() => void)[] = []
  const committer: Committer = {
    commit(writes) {
      groups.push(writes.length)
      return new Promise((resolve) => finishers.push(() => resolve(writes.map(() => done))))
    },
  }
  return { committer, groups, finish: () => finishers.shift()?.() }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('puts all that arrives while a commit runs into the next one', async () => {
  const { committer, groups, finish } = manualCommitter()
  const queue = createWriteQueue(committer)
  const first = queue.submit(append(1))
  await nextTurn()
  const rest = [queue.submit(append(1)), queue.submit(append(1))]
  await nextTurn()
  const last = queue.submit(append(1))
  expect(groups).toEqual([1])
  finish()
  await first
  await nextTurn()
  expect(groups).toEqual([1, 3])
  finish()
  await Promise.all([...rest, last])
})

test('bounds a group by rows and by the length of its bodies', async () => {
  const groups: number[] = []
  const committer: Committer = {
    commit(writes) {
      groups.push(writes.length)
      return writes.map(() => done)
    },
  }
  const byRows = createWriteQueue(committer, { maxRows: 4 })
  await Promise.all([1, 1, 1, 1, 1].map((count) => byRows.submit(append(count))))
  expect(groups.splice(0)).toEqual([2, 2, 1])
  const byLength = createWriteQueue(committer, { maxLength: 10 })
  await Promise.all([1, 1].map((count) => byLength.submit(append(count))))
  expect(groups).toEqual([1, 1])
})

test('tells an observer how large each group was and how long it took', async () => {
  const observed: { rows: number; durationMs: number }[] = []
  const queue = createWriteQueue(
    { commit: (writes) => writes.map(() => done) },
    { observe: (group) => observed.push(group) },
  )
  await Promise.all([queue.submit(append(2)), queue.submit(append(3))])
  expect(observed).toEqual([{ rows: 7, durationMs: expect.any(Number) }])
})

test('settles every write when a committer breaks its word and rejects', async () => {
  const queue = createWriteQueue({ commit: () => Promise.reject(new Error('gone')) })
  const results = await Promise.allSettled([queue.submit(append(1)), queue.submit(append(1))])
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected'])
  expect(queue.fault()).toBeDefined()
})

test('waits at its close for what has arrived', async () => {
  const { committer, finish } = manualCommitter()
  const queue = createWriteQueue(committer)
  const told: string[] = []
  const written = queue.submit(append(1)).then(() => told.push('written'))
  const closed = queue.close().then(() => told.push('closed'))
  await nextTurn()
  expect(told).toEqual([])
  finish()
  await Promise.all([written, closed])
  expect(told).toEqual(['written', 'closed'])
})
