import { cadenceOf } from './cadence.ts'
import { dueTimes, MAX_COUNTED } from './due-times.ts'
import { withEntry } from './history.ts'
import { withNextTime } from './record.ts'
import type { HistoryEntry, ScheduleRecord, WaitingFire } from './types.ts'

/** A record as it shall be, and what was added to its history. */
export interface Planned {
  readonly record: ScheduleRecord
  readonly entries: readonly HistoryEntry[]
}

/**
 * Decides what becomes of each fire time that is due: which are started, which waits, which are
 * skipped or missed.
 * @param isBusy whether a session of the schedule is unfinished
 */
export function planFires(
  record: ScheduleRecord,
  now: number,
  isBusy: boolean,
  newSessionId: () => string,
): Planned {
  const due = dueTimes(cadenceOf(record, record.anchorAt), record.settledAt, now, record.catchUp)
  const fires: readonly WaitingFire[] = [
    ...due.madeUp.map((at) => ({ at, kind: 'caught_up' as const })),
    ...due.onTime.map((at) => ({ at, kind: 'fired' as const })),
  ]
  const entries: HistoryEntry[] = []
  const starting = [...record.starting]
  let { waiting } = record
  let left = (record.maxRuns ?? Number.POSITIVE_INFINITY) - record.runs

  if (due.missed !== undefined) entries.push(missedEntry(due.missed))
  if (waiting !== null && !isBusy) {
    start(waiting)
    waiting = null
  } else if (waiting !== null) left -= 1
  for (const fire of fires) {
    if (left > 0) decide(fire)
  }
  const settled = { ...record, starting, waiting, settledAt: due.last ?? record.settledAt }
  const history = entries.reduce(withEntry, record.history)
  return { record: withNextTime({ ...settled, history }), entries }

  function decide(fire: WaitingFire): void {
    const blocked = isBusy || starting.length > 0
    switch (record.overlap) {
      case 'allow':
        return start(fire)
      case 'cancel_previous':
        return fire === fires.at(-1) ? start(fire) : skip(fire, 'a later time was due as well')
      case 'skip':
        return blocked ? skip(fire, 'the session before had not ended') : start(fire)
      case 'queue':
        if (!blocked) return start(fire)
        if (waiting !== null) return skip(fire, 'another time was waiting already')
        waiting = fire
        left -= 1
    }
  }

  function start(fire: WaitingFire): void {
    starting.push({ ...fire, sessionId: newSessionId(), firedAt: now })
    left -= 1
  }

  function skip({ at }: WaitingFire, message: string): void {
    entries.push({ at, kind: 'skipped', message })
  }
}

function missedEntry({ first, last, count }: NonNullable<ReturnType<typeof dueTimes>['missed']>) {
  const message =
    count === MAX_COUNTED
      ? `the service was not there for ${MAX_COUNTED} times or more`
      : 'the service was not there'
  const several = count === 1 ? {} : { lastAt: last, count }
  return { at: first, ...several, kind: 'missed' as const, message }
}
