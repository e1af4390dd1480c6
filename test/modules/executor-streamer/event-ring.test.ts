import { expect, test } from 'vitest'
import { EventRing } from '../../../src/modules/executor-streamer/event-ring.ts'
import type { EncodedEvent } from '../../../src/store/types.ts'

const event = (seq: number, length = 10): EncodedEvent => ({
  seq,
  type: 'step.output',
  body: 'x'.repeat(length),
})

function ringOf(seqs: readonly number[], maxEvents = 100, maxBytes = 10_000): EventRing {
  const ring = new EventRing(maxEvents, maxBytes)
  for (const seq of seqs) ring.push(event(seq))
  return ring
}

const seqsAfter = (ring: EventRing, seq: number, maxBytes = 10_000) =>
  ring.after(seq, maxBytes)?.map((found) => found.seq)

test('hands out what follows a seq, and nothing when it does not hold the very next one', () => {
  const ring = ringOf([5, 6, 7])
  expect(seqsAfter(ring, 4)).toEqual([5, 6, 7])
  expect(seqsAfter(ring, 6)).toEqual([7])
  expect(seqsAfter(ring, 7)).toBeUndefined()
  expect(seqsAfter(ring, 3)).toBeUndefined()
  expect(seqsAfter(ring, 99)).toBeUndefined()
  expect(seqsAfter(ringOf([]), 0)).toBeUndefined()
})

test('hands out about as many bytes as asked for, and at least one event', () => {
  const ring = ringOf([1, 2, 3, 4])
  expect(seqsAfter(ring, 0, 1)).toEqual([1])
  expect(seqsAfter(ring, 0, 20)).toEqual([1, 2])
  expect(seqsAfter(ring, 0, 21)).toEqual([1, 2, 3])
})

test('drops the oldest beyond its count, however many pass through it', () => {
  const ring = new EventRing(3, 10_000)
  for (let seq = 1; seq <= 1000; seq += 1) {
    ring.push(event(seq))
    expect(ring.size).toBe(Math.min(seq, 3))
    expect(seqsAfter(ring, seq - 1)).toEqual([seq])
  }
  expect(seqsAfter(ring, 997)).toEqual([998, 999, 1000])
  expect(ring.bytes).toBe(30)
})

test('drops the oldest beyond its bytes, and an event that is larger than all of them', () => {
  const ring = ringOf([1, 2, 3], 100, 25)
  expect(seqsAfter(ring, 1)).toEqual([2, 3])
  ring.push(event(4, 26))
  expect(ring.size).toBe(0)
  expect(ring.bytes).toBe(0)
  ring.push(event(5))
  expect(seqsAfter(ring, 4)).toEqual([5])
})

test('starts anew when an event does not follow the last one', () => {
  const ring = ringOf([1, 2, 4])
  expect(seqsAfter(ring, 1)).toBeUndefined()
  expect(seqsAfter(ring, 3)).toEqual([4])
  expect(ring.bytes).toBe(10)
})
