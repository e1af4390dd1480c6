import { describe, expect, test } from 'vitest'
import { planFires } from '../../../src/modules/schedules/plan-fires.ts'
import { newRecord } from '../../../src/modules/schedules/record.ts'
import { settleFires } from '../../../src/modules/schedules/settle-fires.ts'
import type { ScheduleDefinition, ScheduleRecord } from '../../../src/modules/schedules/types.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const T0 = Date.UTC(2026, 0, 1)

const minutely: ScheduleDefinition = {
  cron: '* * * * *',
  timeZone: 'UTC',
  start: { workflow: 'w' },
  overlap: 'allow',
  catchUp: { max: 1, withinMs: 24 * HOUR },
}

function recordOf(definition: Partial<ScheduleDefinition> = {}): ScheduleRecord {
  return newRecord({ ...minutely, ...definition }, false, T0)
}

/** What is planned after so many ms: minutes of the fire times, by what becomes of them. */
function planned(record: ScheduleRecord, afterMs: number, isBusy = false) {
  let id = 0
  const plan = planFires(record, T0 + afterMs, isBusy, () => `ses_${id++}`)
  const minute = (at: number) => (at - T0) / MINUTE
  return {
    next: plan.record,
    starting: plan.record.starting.map(({ at, kind }) => [minute(at), kind]),
    waiting: plan.record.waiting && minute(plan.record.waiting.at),
    entries: plan.entries.map(({ at, kind, count = 1 }) => [minute(at), kind, count]),
    nextAt: plan.record.nextAt && minute(plan.record.nextAt),
  }
}

/** As if all that is being started had been started. */
function settled(record: ScheduleRecord): ScheduleRecord {
  const outcomes = record.starting.map((fire) => ({ fire, entry: { ...fire } }))
  return settleFires(record, outcomes).record
}

describe('catching up', () => {
  test('a fire time that is met is fired, and the next one follows', () => {
    expect(planned(recordOf(), MINUTE)).toMatchObject({
      starting: [[1, 'fired']],
      entries: [],
      nextAt: 2,
    })
  })

  test('fire times that are a few seconds late are all on time', () => {
    const record = recordOf({ cron: '* * * * * *' })
    const { next, starting } = planned(record, 4000)
    expect(starting.map(([, kind]) => kind)).toEqual(['fired', 'fired', 'fired', 'fired'])
    expect(next.settledAt).toBe(T0 + 4000)
  })

  test('of those missed the latest are made up, and the others are counted', () => {
    const record = recordOf({ catchUp: { max: 2, withinMs: 24 * HOUR } })
    expect(planned(record, 8 * HOUR + 30_000)).toMatchObject({
      starting: [
        [479, 'caught_up'],
        [480, 'caught_up'],
      ],
      entries: [[1, 'missed', 478]],
      nextAt: 481,
    })
  })

  test('none is made up that is older than allowed', () => {
    const record = recordOf({ cron: '0 * * * *', catchUp: { max: 5, withinMs: 100 * MINUTE } })
    expect(planned(record, 4 * HOUR + 30 * MINUTE)).toMatchObject({
      starting: [
        [180, 'caught_up'],
        [240, 'caught_up'],
      ],
      entries: [[60, 'missed', 2]],
    })
  })

  test('with max 0 all are missed', () => {
    const record = recordOf({ catchUp: { max: 0, withinMs: 24 * HOUR } })
    expect(planned(record, 10 * MINUTE + 10_000)).toMatchObject({
      starting: [],
      entries: [[1, 'missed', 10]],
      nextAt: 11,
    })
  })

  test('a time that is met right after a downtime is fired beside what is made up', () => {
    expect(planned(recordOf(), 10 * MINUTE)).toMatchObject({
      starting: [
        [9, 'caught_up'],
        [10, 'fired'],
      ],
      entries: [[1, 'missed', 8]],
    })
  })

  test('a year of seconds is counted up to a bound, and nothing is fired twice after it', () => {
    const { next, entries } = planned(recordOf({ cron: '* * * * * *' }), 365 * 24 * HOUR)
    expect(entries).toMatchObject([[1 / 60, 'missed', 1000]])
    expect(next.history[0]?.message).toContain('or more')
    expect(next.settledAt).toBe(T0 + 365 * 24 * HOUR)
    expect(planned(settled(next), 365 * 24 * HOUR).starting).toEqual([])
  })
})

describe('a fire time while a session is unfinished', () => {
  test('is skipped by skip', () => {
    const { starting, entries, nextAt } = planned(recordOf({ overlap: 'skip' }), MINUTE, true)
    expect({ starting, entries, nextAt }).toEqual({
      starting: [],
      entries: [[1, 'skipped', 1]],
      nextAt: 2,
    })
  })

  test('waits by queue, one at most, and is started when the session has ended', () => {
    const first = planned(recordOf({ overlap: 'queue' }), MINUTE, true)
    expect(first).toMatchObject({ starting: [], waiting: 1, entries: [] })
    const second = planned(first.next, 2 * MINUTE, true)
    expect(second).toMatchObject({ starting: [], waiting: 1, entries: [[2, 'skipped', 1]] })
    const third = planned(second.next, 2 * MINUTE + 30_000)
    expect(third).toMatchObject({ starting: [[1, 'fired']], waiting: null, nextAt: 3 })
  })

  test('is started by allow and by cancel_previous', () => {
    for (const overlap of ['allow', 'cancel_previous'] as const) {
      expect(planned(recordOf({ overlap }), MINUTE, true).starting).toEqual([[1, 'fired']])
    }
  })

  test('counts what is started in the same moment', () => {
    const seconds = { cron: '* * * * * *' }
    const kinds = (overlap: ScheduleDefinition['overlap']) => {
      const { starting, waiting, entries } = planned(recordOf({ ...seconds, overlap }), 4000)
      return [starting.length, waiting === null ? 0 : 1, entries.length]
    }
    expect(kinds('allow')).toEqual([4, 0, 0])
    expect(kinds('skip')).toEqual([1, 0, 3])
    expect(kinds('queue')).toEqual([1, 1, 2])
    expect(kinds('cancel_previous')).toEqual([1, 0, 3])
  })
})

describe('maxRuns', () => {
  test('ends the schedule when so many were started', () => {
    const record = recordOf({ cron: '* * * * * *', maxRuns: 3 })
    const { next, starting } = planned(record, 5000)
    expect(starting).toHaveLength(3)
    expect(settled(next)).toMatchObject({ runs: 3, nextAt: null })
  })

  test('does not count what is skipped or failed', () => {
    const record = recordOf({ overlap: 'skip', maxRuns: 1 })
    const skipped = planned(record, MINUTE, true)
    expect(skipped.nextAt).toBe(2)
    const { next } = planned(skipped.next, 2 * MINUTE)
    const outcomes = next.starting.map((fire) => ({
      fire,
      entry: { at: fire.at, kind: 'failed' as const },
    }))
    expect(settleFires(next, outcomes).record).toMatchObject({
      runs: 0,
      nextAt: T0 + 3 * MINUTE,
    })
  })
})

describe('the history', () => {
  test('counts the same in a row as one entry, and keeps the last 50', () => {
    let record = recordOf({ overlap: 'skip' })
    for (let n = 1; n <= 30; n++) record = planned(record, n * MINUTE, true).next
    expect(record.history).toHaveLength(1)
    expect(record.history[0]).toMatchObject({ count: 30, lastAt: T0 + 30 * MINUTE })
    for (let n = 31; n <= 130; n++) record = settled(planned(record, n * MINUTE).next)
    expect(record.history).toHaveLength(50)
    expect(record.history.at(-1)).toMatchObject({ at: T0 + 130 * MINUTE, kind: 'fired' })
  })

  test('takes what came of a fire once', () => {
    const { next } = planned(recordOf(), MINUTE)
    const outcomes = next.starting.map((fire) => ({ fire, entry: { ...fire } }))
    const once = settleFires(next, outcomes).record
    const twice = settleFires(once, outcomes)
    expect(twice.entries).toEqual([])
    expect(twice.record).toEqual(once)
    expect(once).toMatchObject({ runs: 1, starting: [] })
  })
})
