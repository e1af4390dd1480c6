import type { SessionStatus } from '../../session/status.ts'
import type { ListFilter } from '../../store/types.ts'

/** Which sessions a report is about. */
export type ReportFilter = Omit<ListFilter, 'limit' | 'order' | 'after'>

export const periodNames = ['hour', 'day'] as const

/** What the sessions of a report are counted by, in UTC. */
export type PeriodName = (typeof periodNames)[number]

/** How long something took, in ms, by nearest rank: each is a duration that did occur. */
export interface Durations {
  readonly p50: number
  readonly p95: number
  readonly max: number
}

type CountByStatus = Readonly<Partial<Record<SessionStatus, number>>>

/** How sessions went. */
export interface Tally {
  readonly sessions: number
  readonly byStatus: CountByStatus
  /** The share of those that have ended that is `completed`; null where none has ended. */
  readonly successRate: number | null
  /** From creation to end, of those that completed, with errors or without; null where none has. */
  readonly durationMs: Durations | null
}

/** What sessions are gathered under. */
export interface Work {
  /** The saved workflow that they were started from; null where they were posted whole. */
  readonly workflow: string | null
  /** The name that sessions posted whole have in common; null for those with none. */
  readonly name: string | null
}

export interface SessionsReport extends Tally {
  /** Whether that is all there are: only so many of the newest are looked at. */
  readonly isWhole: boolean
  /** Those in which sessions were created, the earliest first. */
  readonly periods: (Tally & { readonly from: string })[]
  /** By saved workflow, or by name; those with most sessions first, so many at most. */
  readonly workflows: (Tally & Work)[]
  /** Why sessions failed, the most frequent reason first. */
  readonly failures: {
    /** How many of the failed sessions it looks at: so many of the newest. */
    readonly sessions: number
    readonly reasons: FailureReason[]
  }
}

export interface FailureReason {
  readonly code: string
  readonly sessions: number
  /** The newest session that failed so, and the step it failed by, where a step is to blame. */
  readonly latest: { readonly sessionId: string; readonly stepId?: string | undefined }
}

export interface StepsReport {
  /** How many ended sessions it looks at, of the newest; all of them where it is whole. */
  readonly sessions: number
  readonly isWhole: boolean
  /** Those that took most time in all first. */
  readonly steps: StepReport[]
}

export interface StepReport extends Work {
  /** Its id; of sessions with neither a workflow nor a name what it says, since their ids are only places in a list. */
  readonly step: string
  readonly uses: string
  /** How often it completed or failed; each item of a fan-out counts. */
  readonly completed: number
  readonly failed: number
  /** How often it was left out. */
  readonly skipped: number
  /** Attempts beyond the first. */
  readonly retries: number
  /** Of the attempt that completed or failed last, waits included; null where none has. */
  readonly durationMs: Durations | null
  readonly totalMs: number
  /** Its part of the time of all steps, 0 to 1. */
  readonly share: number
}

/** Sums up sessions: how they went, and where their time goes. Nothing is kept for it beside the sessions. */
export interface Reports {
  sessions(filter: ReportFilter, per: PeriodName): Promise<SessionsReport>
  steps(filter: ReportFilter): Promise<StepsReport>
}
