import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { StepstreamError } from '../../../src/errors.ts'
import { Line } from '../../../src/modules/workers/line.ts'
import type { HeldInteraction } from '../../../src/modules/workers/types.ts'
import type { Document } from '../../../src/store/documents.ts'

/** A queue in memory; `lost` are those that somebody elsewhere is faster to take. */
function makeQueue(lost: readonly string[] = []) {
  const tickets: Document[] = []
  let lists = 0
  let fault: Error | undefined
  const line = new Line({
    async list(limit) {
      lists += 1
      if (fault !== undefined) throw fault
      return tickets.slice(0, limit)
    },
    async take(ticket, { worker, leaseMs }) {
      await nextTurn()
      if (fault !== undefined) throw fault
      tickets.splice(tickets.indexOf(ticket), 1)
      if (lost.includes(ticket.id)) return undefined
      const interaction = { kind: 'worker', id: ticket.id, askedAt: ticket.createdAt, claims: 1 }
      return { interaction, lease: { worker, leaseMs, until: 0 } } as unknown as HeldInteraction
    },
    onEmpty: () => {},
  })
  return {
    line,
    put(...ids: string[]) {
      for (const id of ids) {
        tickets.push({ id, createdAt: tickets.length } as unknown as Document)
      }
      line.wake()
    },
    /** Those that it hands to a claim. */
    async claim(worker: string, max = 1, stays = true, signal = new AbortController().signal) {
      const held = await line.join({ worker, leaseMs: 1 }, { max, stays, signal })
      return [worker, ...held.map(({ interaction }) => interaction.id)]
    },
    fail: (error: Error | undefined) => {
      fault = error
    },
    lists: () => lists,
  }
}

test('each who waits gets one before anybody gets a second, in the order in which they came', async () => {
  const queue = makeQueue()
  const claims = [queue.claim('a', 3), queue.claim('b', 3), queue.claim('c', 1)]
  await nextTurn()
  queue.put('1', '2', '3', '4', '5', '6', '7', '8')
  expect(await Promise.all(claims)).toEqual([
    ['a', '1', '4', '6'],
    ['b', '2', '5', '7'],
    ['c', '3'],
  ])
  expect(await queue.claim('d', 5)).toEqual(['d', '8'])
})

test('whoever finds that somebody elsewhere was faster keeps its place', async () => {
  const queue = makeQueue(['1', '2'])
  const claims = [queue.claim('a'), queue.claim('b'), queue.claim('c')]
  await nextTurn()
  queue.put('1', '2', '3', '4', '5')
  expect(await Promise.all(claims)).toEqual([
    ['a', expect.any(String)],
    ['b', expect.any(String)],
    ['c', '3'],
  ])
})

test('whoever does not stay goes with what there is, or nothing', async () => {
  const queue = makeQueue(['1'])
  expect(await queue.claim('a', 1, false)).toEqual(['a'])
  queue.put('1', '2')
  expect(await queue.claim('b', 1, false)).toEqual(['b', '2'])
  expect(await queue.claim('c', 1, false)).toEqual(['c'])
})

test('what becomes free while it is found not to be is had at once', async () => {
  const asked = Promise.withResolvers<void>()
  const found = Promise.withResolvers<void>()
  let isFree = false
  const line = new Line({
    list: async () => [{ id: '1', createdAt: 0 } as unknown as Document],
    async take() {
      const wasFree = isFree
      asked.resolve()
      await found.promise
      return wasFree ? ({ interaction: { askedAt: 0 } } as HeldInteraction) : undefined
    },
    onEmpty: () => {},
  })
  const { signal } = new AbortController()
  const claim = line.join({ worker: 'a', leaseMs: 1 }, { max: 1, stays: true, signal })
  await asked.promise
  isFree = true
  line.wake()
  found.resolve()
  expect(await claim).toHaveLength(1)
})

test('many who wait cost no more reads than one', async () => {
  const queue = makeQueue()
  const leaving = new AbortController()
  const claims = Array.from({ length: 1000 }, (_, n) =>
    queue.claim(`w${n}`, 1, true, leaving.signal),
  )
  await nextTurn()
  const before = queue.lists()
  queue.put('1')
  expect(await claims[0]).toEqual(['w0', '1'])
  expect(queue.lists() - before).toBeLessThan(5)
  leaving.abort()
  expect((await Promise.all(claims)).filter((got) => got.length > 1)).toHaveLength(1)
  expect(queue.line.length).toBe(0)
})

test('whoever leaves while it is being handed one still gets it', async () => {
  const queue = makeQueue()
  const leaving = new AbortController()
  const claim = queue.claim('a', 1, true, leaving.signal)
  queue.put('1')
  await Promise.resolve()
  await Promise.resolve()
  leaving.abort()
  const got = await claim
  // Dealt or not: it is with the one who left, or there for the next.
  expect(got.length === 2 ? got[1] : (await queue.claim('b', 1, false))[1]).toBe('1')
})

test('while the store refuses, those who wait stay and the others are told', async () => {
  const queue = makeQueue()
  queue.fail(new StepstreamError('STORAGE_UNAVAILABLE', 'gone'))
  const waiting = queue.claim('a')
  await expect(queue.claim('b', 1, false)).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' })
  queue.fail(undefined)
  queue.put('1')
  expect(await waiting).toEqual(['a', '1'])
})
