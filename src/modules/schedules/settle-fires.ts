import { withEntry } from './history.ts'
import type { Planned } from './plan-fires.ts'
import { withNextTime } from './record.ts'
import type { Fire, HistoryEntry, ScheduleRecord } from './types.ts'

/** What came of starting a fire's session. */
export interface Outcome {
  readonly fire: Fire
  readonly entry: HistoryEntry
}

/** Moves fires from those being started to the history; what another process has settled stays. */
export function settleFires(record: ScheduleRecord, outcomes: readonly Outcome[]): Planned {
  const begun = new Set(record.starting.map(({ sessionId }) => sessionId))
  const ours = outcomes.filter(({ fire }) => begun.has(fire.sessionId))
  const settled = new Set(ours.map(({ fire }) => fire.sessionId))
  const entries = ours.map(({ entry }) => entry)
  return {
    record: withNextTime({
      ...record,
      starting: record.starting.filter(({ sessionId }) => !settled.has(sessionId)),
      runs: record.runs + entries.filter(({ kind }) => kind !== 'failed').length,
      history: entries.reduce(withEntry, record.history),
    }),
    entries,
  }
}
