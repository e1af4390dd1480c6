import { withEntry } from './history.ts'
import { newRecord, withNextTime } from './record.ts'
import type { NewSchedule, ScheduleRecord, Timing } from './types.ts'

/** The record under another definition; fire times that are past under a changed plan are not made up. */
export function replaced(
  record: ScheduleRecord,
  { definition, paused = record.paused }: NewSchedule,
  now: number,
): ScheduleRecord {
  const { revision, anchorAt, settledAt, runs, starting, waiting, history } = record
  const fresh = newRecord(definition, record.paused, now)
  const plan = isSameTiming(record, definition) ? { anchorAt, settledAt } : {}
  const kept = { ...fresh, ...plan, runs, starting, waiting, history, revision: revision + 1 }
  const next = withNextTime(kept)
  return paused === record.paused
    ? next
    : { ...withPaused(next, paused, now), revision: next.revision }
}

/** Paused or not: nothing of the time it is paused will be made up. */
export function withPaused(record: ScheduleRecord, paused: boolean, now: number): ScheduleRecord {
  if (record.paused === paused) return record
  const { waiting } = record
  const message = 'the schedule was paused'
  const history =
    waiting === null
      ? record.history
      : withEntry(record.history, { at: waiting.at, kind: 'skipped', message })
  const settledAt = Math.max(record.settledAt, now)
  const revision = record.revision + 1
  return withNextTime({ ...record, revision, paused, settledAt, waiting: null, history })
}

function isSameTiming(a: Timing, b: Timing): boolean {
  const fields = ['cron', 'everyMs', 'at', 'timeZone', 'startsAt', 'endsAt'] as const
  return fields.every((field) => a[field] === b[field])
}
