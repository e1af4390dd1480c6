import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { createInProcessDispatcher } from '../../../src/modules/dispatcher/in-process.ts'
import type { Dispatcher } from '../../../src/modules/dispatcher/types.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

const everyMinute = { name: 'sweep', cron: '* * * * *' }

interface Bench {
  readonly clock: ManualClock
  readonly dispatcher: Dispatcher
  readonly logged: unknown[]
}

function setup(now = '2026-03-28T00:00:30Z'): Bench {
  const clock = new ManualClock(Date.parse(now))
  const logged: unknown[] = []
  const dispatcher = createInProcessDispatcher({
    store: { runnable: async () => [], due: async () => [], nextWakeAt: async () => undefined },
    clock,
    log: { error: (fields: unknown) => void logged.push(fields) },
    maxRunning: 1,
  })
  return { clock, dispatcher, logged }
}

/** A task that notes when it began. */
function noting({ clock }: Bench): { times: string[]; task: () => Promise<void> } {
  const times: string[] = []
  return { times, task: async () => void times.push(new Date(clock.now()).toISOString()) }
}

describe('a schedule', () => {
  test('runs its task at each of its times, from the next one on', async () => {
    const bench = setup()
    const { times, task } = noting(bench)
    await bench.dispatcher.schedule(everyMinute, task)
    bench.clock.advance(29_999)
    expect(times).toEqual([])
    for (let n = 0; n < 3; n++) {
      bench.clock.advance(MINUTE_MS)
      await nextTurn()
    }
    expect(times).toEqual([
      '2026-03-28T00:01:00.000Z',
      '2026-03-28T00:02:00.000Z',
      '2026-03-28T00:03:00.000Z',
    ])
  })

  test('keeps the time of its zone when the clocks go forward', async () => {
    const bench = setup()
    const { times, task } = noting(bench)
    const nightly = { name: 'nightly', cron: '0 6 * * *', timeZone: 'Europe/Berlin' }
    await bench.dispatcher.schedule(nightly, task)
    for (let n = 0; n < 2; n++) {
      bench.clock.advance(24 * HOUR_MS)
      await nextTurn()
    }
    expect(times).toEqual(['2026-03-28T05:00:00.000Z', '2026-03-29T04:00:00.000Z'])
  })

  test('does not start its task again while it runs', async () => {
    const { clock, dispatcher } = setup()
    const ends: (() => void)[] = []
    await dispatcher.schedule(everyMinute, () => new Promise((end) => ends.push(end)))
    clock.advance(3 * MINUTE_MS)
    expect(ends).toHaveLength(1)
    ends[0]?.()
    await nextTurn()
    clock.advance(MINUTE_MS)
    expect(ends).toHaveLength(2)
  })

  test('goes on after a task that failed, and logs what it threw', async () => {
    const { clock, dispatcher, logged } = setup()
    const defect = new Error('a defect')
    await dispatcher.schedule(everyMinute, () => Promise.reject(defect))
    for (let n = 0; n < 2; n++) {
      clock.advance(MINUTE_MS)
      await nextTurn()
    }
    expect(logged).toEqual([
      { err: defect, schedule: 'sweep' },
      { err: defect, schedule: 'sweep' },
    ])
  })

  test('runs once, soon after the machine slept through its times', async () => {
    const bench = setup()
    const { times, task } = noting(bench)
    await bench.dispatcher.schedule({ ...everyMinute, cron: '*/10 * * * *' }, task)
    bench.clock.suspend(25 * MINUTE_MS)
    bench.clock.advance(30_000)
    await nextTurn()
    expect(times).toEqual(['2026-03-28T00:26:00.000Z'])
    bench.clock.advance(4 * MINUTE_MS)
    expect(times).toEqual(['2026-03-28T00:26:00.000Z', '2026-03-28T00:30:00.000Z'])
  })

  test('takes the place of an earlier one of its name', async () => {
    const bench = setup()
    const [first, second] = [noting(bench), noting(bench)]
    await bench.dispatcher.schedule(everyMinute, first.task)
    await bench.dispatcher.schedule({ ...everyMinute, cron: '*/5 * * * *' }, second.task)
    bench.clock.advance(6 * MINUTE_MS)
    expect([first.times, second.times]).toEqual([[], ['2026-03-28T00:05:00.000Z']])
  })

  test('ends with the dispatcher, which waits for the task that runs', async () => {
    const { clock, dispatcher } = setup()
    const ends: (() => void)[] = []
    await dispatcher.schedule(everyMinute, () => new Promise((end) => ends.push(end)))
    clock.advance(MINUTE_MS)
    let stopped = false
    const stopping = dispatcher.stop().then(() => {
      stopped = true
    })
    await nextTurn()
    expect([stopped, clock.pending]).toEqual([false, 0])
    ends[0]?.()
    await stopping
    await dispatcher.schedule({ ...everyMinute, name: 'late' }, async () => {})
    expect([ends.length, clock.pending]).toEqual([1, 0])
  })

  test('is refused with a message that says what is wrong', async () => {
    const { dispatcher } = setup()
    const refusal = (schedule: object) =>
      dispatcher.schedule({ ...everyMinute, ...schedule }, async () => {}).catch(String)
    expect(await refusal({ cron: '61 * * * *' })).toContain('Invalid value for minute: 61')
    expect(await refusal({ cron: '@daily' })).toContain('five fields are needed')
    expect(await refusal({ timeZone: 'Mars/Olympus' })).toContain('"Mars/Olympus", which is not')
    expect(await refusal({ cron: '0 0 30 2 *' })).toContain('whose time never comes')
  })
})
