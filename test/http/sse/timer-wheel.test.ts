import { expect, test } from 'vitest'
import { TimerWheel } from '../../../src/http/sse/timer-wheel.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function setup() {
  const clock = new ManualClock()
  const wheel = new TimerWheel(clock, 1000)
  const calls: number[] = []
  const start = clock.now()
  const entry = (everyMs: number) => ({
    onDue(now: number) {
      calls.push(now - start)
      return now + everyMs
    },
  })
  return { clock, wheel, calls, start, entry }
}

test('calls an entry when it is due, then again when it asked for', () => {
  const { clock, wheel, calls, start, entry } = setup()
  wheel.add(entry(5000), start + 2000)
  clock.advance(1999)
  expect(calls).toEqual([])
  clock.advance(10_001)
  expect(calls).toEqual([2000, 7000, 12_000])
})

test('calls no earlier than due, and late by a tick at most', () => {
  const { clock, wheel, calls, start, entry } = setup()
  wheel.add(entry(100_000), start + 2001)
  clock.advance(60_000)
  expect(calls).toEqual([3000])
})

test('needs one timer however many entries there are, and none without', () => {
  const { clock, wheel, start, entry } = setup()
  const entries = Array.from({ length: 100 }, () => entry(1000))
  for (const each of entries) wheel.add(each, start + 5000)
  expect(clock.pending).toBe(1)
  for (const each of entries) wheel.remove(each)
  expect(clock.pending).toBe(0)
})

test('does not put back an entry that left while it was called', () => {
  const { clock, wheel, start } = setup()
  const entry = {
    onDue(now: number) {
      wheel.remove(entry)
      return now + 1000
    },
  }
  wheel.add(entry, start + 1000)
  clock.advance(1000)
  expect(wheel.size).toBe(0)
  expect(clock.pending).toBe(0)
})
