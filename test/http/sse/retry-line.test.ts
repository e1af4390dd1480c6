import { pino } from 'pino'
import { expect, test } from 'vitest'
import { RetryLine } from '../../../src/http/sse/retry-line.ts'
import { logLines } from '../../support/log-lines.ts'
import { ManualClock } from '../../support/manual-clock.ts'

function setup(random = () => 1) {
  const clock = new ManualClock()
  const lines = logLines()
  const line = new RetryLine({ clock, random, log: pino({}, lines) })
  const start = clock.now()
  const tries: { name: string; at: number }[] = []
  const stream = (name: string, onRetry = () => {}) => {
    const entry = {
      retry() {
        tries.push({ name, at: clock.now() - start })
        onRetry()
      },
    }
    return entry
  }
  return { clock, line, lines, tries, stream }
}

const refusal = new Error('gone')

test('one asks for all, after pauses that grow from one second to five', () => {
  const { clock, line, tries, stream } = setup()
  const a = stream('a', () => line.refused(a, refusal))
  const b = stream('b', () => line.refused(b, refusal))
  line.refused(a, refusal)
  line.refused(b, refusal)
  expect(clock.pending).toBe(1)
  clock.advance(22_000)
  expect(tries.map(({ at }) => at)).toEqual([1000, 3000, 7000, 12_000, 17_000, 22_000])
  expect(new Set(tries.map(({ name }) => name))).toEqual(new Set(['a', 'b']))
})

test('no pause is shorter than half a second', () => {
  const { clock, line, tries, stream } = setup(() => 0)
  const a = stream('a', () => line.refused(a, refusal))
  line.refused(a, refusal)
  clock.advance(2000)
  expect(tries.map(({ at }) => at)).toEqual([500, 1000, 1500, 2000])
})

test('when one is answered the others follow, eight at a time', () => {
  const { clock, line, lines, tries, stream } = setup()
  const streams = Array.from({ length: 20 }, (_, n) => stream(String(n)))
  for (const each of streams) line.refused(each, refusal)
  clock.advance(1000)
  expect(tries).toHaveLength(1)
  line.answered(streams[0] as (typeof streams)[0])
  expect(tries).toHaveLength(9)
  line.answered(streams[1] as (typeof streams)[0])
  expect(tries).toHaveLength(10)
  for (const each of streams) line.answered(each)
  expect(tries).toHaveLength(20)
  expect(line.size).toBe(0)
  expect(clock.pending).toBe(0)
  expect(lines.of('open streams wait for the store')).toHaveLength(1)
  expect(lines.of('open streams go on')).toHaveLength(1)
})

test('those that need the store no more let the next one ask, however many they are', () => {
  const { clock, line, tries, stream } = setup()
  for (let n = 0; n < 20_000; n += 1) {
    const each = stream(String(n), () => line.leave(each))
    line.refused(each, refusal)
  }
  const last = stream('last')
  line.refused(last, refusal)
  clock.advance(1000)
  expect(tries).toHaveLength(20_001)
  expect(line.size).toBe(1)
})

test('nothing waits when all streams have left', () => {
  const { clock, line, tries, stream } = setup()
  const a = stream('a')
  line.refused(a, refusal)
  line.leave(a)
  line.leave(a)
  expect(clock.pending).toBe(0)
  clock.advance(60_000)
  expect(tries).toEqual([])
})

test('one that is refused anew among those that follow stops the rest', () => {
  const { clock, line, tries, stream } = setup()
  const streams = Array.from({ length: 20 }, (_, n) => stream(String(n)))
  for (const each of streams) line.refused(each, refusal)
  clock.advance(1000)
  line.answered(streams[0] as (typeof streams)[0])
  for (const each of streams.slice(1, 9)) line.refused(each, refusal)
  expect(tries).toHaveLength(9)
  expect(line.size).toBe(19)
  clock.advance(2000)
  expect(tries).toHaveLength(10)
})
