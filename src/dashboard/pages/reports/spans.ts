import type { SessionsReport } from '../../api/types.ts'

/** The time that a report is about. */
export interface Span {
  readonly name: string
  readonly words: string
  readonly per: 'hour' | 'day'
  /** Absent: from the first session that is kept. */
  readonly ms?: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export const spans = [
  { name: '24h', words: '24 hours', per: 'hour', ms: DAY_MS },
  { name: '7d', words: '7 days', per: 'day', ms: 7 * DAY_MS },
  { name: '30d', words: '30 days', per: 'day', ms: 30 * DAY_MS },
  { name: 'all', words: 'All', per: 'day' },
] as const satisfies readonly Span[]

export type Period = SessionsReport['periods'][number]

/** As the API has it; undefined: all. */
export function startOf({ ms, per }: Span, now: number): string | undefined {
  if (ms === undefined) return undefined
  const first = now - ms
  // A whole period, so that the first one of a chart is not a part of one.
  return new Date(first - (first % msOf(per)) + msOf(per)).toISOString()
}

/** The most bars that a chart is given: beyond it only periods with sessions are shown. */
const MAX_FILLED = 120

/** With the periods between the first and the last in which nothing was created. */
export function filledPeriods(periods: readonly Period[], { per }: Span): readonly Period[] {
  const first = periods[0]
  const last = periods.at(-1)
  if (first === undefined || last === undefined) return []
  const step = msOf(per)
  const count = (Date.parse(last.from) - Date.parse(first.from)) / step + 1
  if (count > MAX_FILLED) return periods
  const known = new Map(periods.map((period) => [period.from, period]))
  return Array.from({ length: count }, (_, index) => {
    const from = new Date(Date.parse(first.from) + index * step).toISOString()
    return (
      known.get(from) ?? { from, sessions: 0, byStatus: {}, successRate: null, durationMs: null }
    )
  })
}

/** What stands under a bar: the day, or the hour, in UTC as the periods are. */
export function periodName(from: string, per: Span['per']): string {
  return new Date(from).toLocaleString(undefined, {
    timeZone: 'UTC',
    ...(per === 'hour'
      ? { hour: '2-digit', minute: '2-digit' }
      : { month: 'short', day: 'numeric' }),
  })
}

function msOf(per: Span['per']): number {
  return per === 'hour' ? HOUR_MS : DAY_MS
}
