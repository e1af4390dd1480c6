import { describe, expect, test } from 'vitest'
import { cadenceOf } from '../../../src/modules/schedules/cadence.ts'
import type { Timing } from '../../../src/modules/schedules/types.ts'

const HOUR = 3_600_000
const berlin = { timeZone: 'Europe/Berlin' }

/** The next fire times after a time, and the same found backwards. */
function times(timing: Timing, after: string, count: number, anchorAt = 0): string[] {
  const cadence = cadenceOf(timing, anchorAt)
  const found: number[] = []
  for (let at = Date.parse(after); found.length < count; ) {
    const next = cadence.next(at)
    if (next === undefined) break
    found.push(next)
    at = next
  }
  const backwards: number[] = []
  for (let before = (found.at(-1) ?? 0) + 1; backwards.length < found.length; ) {
    const previous = cadence.previous(before)
    if (previous === undefined) break
    backwards.unshift(previous)
    before = previous
  }
  expect(backwards).toEqual(found)
  return found.map((at) => new Date(at).toISOString())
}

describe('when the clock goes forward, Berlin skips 02:00 to 03:00', () => {
  const before = '2026-03-28T12:00:00Z'

  test('a cron at a fixed time in the gap fires when the gap ends, once', () => {
    expect(times({ ...berlin, cron: '30 2 * * *' }, before, 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ])
    expect(times({ ...berlin, cron: '15,45 2 * * *' }, before, 2)).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:15:00.000Z',
    ])
  })

  test('a cron with a step fires on through the gap, and what would be in it is left out', () => {
    expect(times({ ...berlin, cron: '*/30 * * * *' }, '2026-03-29T00:00:00Z', 4)).toEqual([
      '2026-03-29T00:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-29T02:00:00.000Z',
    ])
  })

  test('a local time in the gap is later by what is skipped', () => {
    expect(times({ ...berlin, at: '2026-03-29T02:30:00' }, before, 2)).toEqual([
      '2026-03-29T01:30:00.000Z',
    ])
  })

  test('an interval takes no notice', () => {
    const day = { ...berlin, everyMs: 24 * HOUR }
    expect(times(day, before, 2, Date.parse('2026-03-28T01:30:00Z'))).toEqual([
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T01:30:00.000Z',
    ])
  })
})

describe('when the clock goes back, Berlin has 02:00 to 03:00 twice', () => {
  const before = '2026-10-24T12:00:00Z'

  test('a cron at a fixed time in it fires the first time only', () => {
    expect(times({ ...berlin, cron: '30 2 * * *' }, before, 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })

  test('a cron with a wildcard or a step fires in both hours', () => {
    expect(times({ ...berlin, cron: '0 * * * *' }, '2026-10-24T23:30:00Z', 3)).toEqual([
      '2026-10-25T00:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ])
  })

  test('a local time in it is the first of the two', () => {
    expect(times({ ...berlin, at: '2026-10-25T02:30:00' }, before, 2)).toEqual([
      '2026-10-25T00:30:00.000Z',
    ])
  })

  test('an interval takes no notice', () => {
    const day = { ...berlin, everyMs: 24 * HOUR }
    expect(times(day, before, 2, Date.parse('2026-10-24T01:30:00Z'))).toEqual([
      '2026-10-25T01:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ])
  })
})

describe('a cadence', () => {
  const utc = { timeZone: 'UTC' }

  test('reads seconds in a cron of six fields', () => {
    expect(times({ ...utc, cron: '*/20 * * * * *' }, '2026-01-01T00:00:05Z', 2)).toEqual([
      '2026-01-01T00:00:20.000Z',
      '2026-01-01T00:00:40.000Z',
    ])
  })

  test('begins with startsAt, that time included, and ends before endsAt', () => {
    const startsAt = Date.parse('2026-01-02T00:00:00Z')
    const endsAt = Date.parse('2026-01-02T03:00:00Z')
    const hours = ['00', '01', '02'].map((hour) => `2026-01-02T${hour}:00:00.000Z`)
    for (const timing of [{ cron: '0 * * * *' }, { everyMs: HOUR }]) {
      expect(times({ ...utc, ...timing, startsAt, endsAt }, '2026-01-01T00:00:00Z', 9)).toEqual(
        hours,
      )
    }
    const at = { ...utc, at: '2026-01-02T03:00:00Z', endsAt }
    expect(times(at, '2026-01-01T00:00:00Z', 9)).toEqual([])
  })

  test('takes a time to the millisecond, with an offset or without', () => {
    for (const at of ['2026-06-01T12:00:00.250+02:00', '2026-06-01T12:00:00.250']) {
      expect(times({ ...berlin, at }, '2026-01-01T00:00:00Z', 2)).toEqual([
        '2026-06-01T10:00:00.250Z',
      ])
    }
  })

  test('counts an interval from when it was set where nothing says when it starts', () => {
    const anchorAt = Date.parse('2026-01-01T00:00:07Z')
    expect(times({ ...utc, everyMs: 60_000 }, '2026-01-01T00:00:07Z', 2, anchorAt)).toEqual([
      '2026-01-01T00:01:07.000Z',
      '2026-01-01T00:02:07.000Z',
    ])
  })
})
