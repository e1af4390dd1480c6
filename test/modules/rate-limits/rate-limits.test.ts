import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/config.ts'
import { createRateLimits } from '../../../src/modules/rate-limits/index.ts'
import type { Turns } from '../../../src/modules/rate-limits/types.ts'
import type { RequestCounter } from '../../../src/store/replica.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const log = { warn: () => {} }
const executors = { list: () => [{ name: 'webhook' }, { name: 'wait' }] as never }

/** The turns of one process, and the times at which attempts began, from 0. */
function begin({
  count = 3,
  windowMs = 1000,
  clock = new ManualClock(0),
  requests = undefined as RequestCounter | undefined,
} = {}) {
  const limits = [{ uses: 'webhook', count, windowMs }]
  const turns = createRateLimits({ limits, executors, requests, clock, log }).of('webhook') as Turns
  const begun: [name: string, at: number][] = []
  const take = (name: string) => turns.take(() => begun.push([name, clock.now()]))
  return { clock, turns, begun, take, times: () => begun.map(([, at]) => at) }
}

/** What the database counts, with the clock of the test: windows that begin with their first request. */
function counter(clock: ManualClock) {
  const windows = new Map<string, { until: number; count: number }>()
  const requests: RequestCounter & { asked: number; broken: boolean } = {
    asked: 0,
    broken: false,
    async count(key, windowMs) {
      requests.asked += 1
      if (requests.broken) throw new Error('gone')
      const before = windows.get(key)
      const isOver = before === undefined || before.until <= clock.now()
      const window = isOver ? { until: clock.now() + windowMs, count: 0 } : before
      window.count += 1
      windows.set(key, window)
      return { count: window.count, ttlMs: window.until - clock.now() }
    },
  }
  return requests
}

/** Everything that follows from promises which are settled. */
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('in one process', () => {
  test('so many begin at once, and the others in the order they came, as soon as they may', () => {
    const { clock, begun, take } = begin()
    for (const name of ['a', 'b', 'c', 'd', 'e']) take(name)
    expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c'])
    clock.advance(999)
    expect(begun).toHaveLength(3)
    clock.advance(1)
    expect(begun.slice(3)).toEqual([
      ['d', 1000],
      ['e', 1000],
    ])
  })

  test('no window of that time has more, wherever it is laid', () => {
    const { clock, times, take } = begin()
    for (let step = 0; step < 200; step++) {
      for (let n = 0; n < (step * 7) % 4; n++) take(`${step}-${n}`)
      clock.advance((step * 131) % 700)
    }
    clock.advance(1_000_000)
    const all = times()
    expect(all).toHaveLength(300)
    for (const [index, at] of all.entries()) {
      expect(at - (all[index - 3] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(1000)
    }
  })

  test('one that gives its turn up is passed over, and nothing is left behind by the last', () => {
    const { clock, begun, take } = begin({ count: 1 })
    take('a')
    const giveUp = [take('b'), take('c')]
    take('d')
    for (const leave of giveUp) leave()
    clock.advance(1000)
    expect(begun.map(([name]) => name)).toEqual(['a', 'd'])
    take('e')()
    expect(clock.pending).toBe(0)
  })

  test('a clock that is set back an hour holds nobody up', () => {
    let now = 10_000_000
    const clock = new ManualClock(0)
    clock.now = () => now
    const { begun, take } = begin({ clock, count: 1 })
    take('a')
    now -= 3_600_000
    take('b')
    expect(begun.map(([name]) => name)).toEqual(['a', 'b'])
  })

  test('an executor without a limit has no turns to wait for', () => {
    const limits = [{ uses: 'webhook', count: 1, windowMs: 1000 }]
    const options = { limits, executors, requests: undefined, clock: new ManualClock(0), log }
    expect(createRateLimits(options).of('wait')).toBeUndefined()
  })

  test('a limit of an executor that there is not is refused, naming those there are', () => {
    const limits = [{ uses: 'webhok', count: 1, windowMs: 1000 }]
    const options = { limits, executors, requests: undefined, clock: new ManualClock(0), log }
    const create = () => createRateLimits(options)
    expect(create).toThrow(ConfigError)
    expect(create).toThrow('"webhok"; there are webhook, wait')
  })
})

describe('in several processes', () => {
  test('all together begin so many in a window', async () => {
    const clock = new ManualClock(0)
    const requests = counter(clock)
    const processes = [begin({ clock, requests }), begin({ clock, requests })]
    for (let n = 0; n < 5; n++) for (const { take } of processes) take(`${n}`)
    const beganBy: number[] = []
    for (let second = 0; second < 4; second++) {
      await settled()
      await settled()
      beganBy.push(processes.flatMap(({ begun }) => begun).length)
      clock.advance(1001)
    }
    expect(beganBy).toEqual([3, 6, 9, 10])
  })

  test('a full window is asked about once, however many wait', async () => {
    const clock = new ManualClock(0)
    const requests = counter(clock)
    const { turns: others } = begin({ clock, requests })
    for (let n = 0; n < 3; n++) others.take(() => {})
    await settled()
    await settled()

    const { begun, take } = begin({ clock, requests })
    take('a')
    await settled()
    const asked = requests.asked
    for (let n = 0; n < 100; n++) take(`${n}`)
    clock.advance(900)
    await settled()
    expect(requests.asked).toBe(asked)
    expect(begun).toEqual([])
    clock.advance(101)
    await settled()
    expect(requests.asked).toBe(asked + 3)
    expect(begun.map(([name]) => name)).toEqual(['a', '0', '1'])
  })

  test('while nobody can count they wait, and begin when somebody can', async () => {
    const clock = new ManualClock(0)
    const requests = counter(clock)
    requests.broken = true
    const { begun, take } = begin({ clock, requests })
    take('a')
    await settled()
    clock.advance(1000)
    await settled()
    expect(begun).toEqual([])
    requests.broken = false
    clock.advance(1000)
    await settled()
    expect(begun).toEqual([['a', 2000]])
  })
})
