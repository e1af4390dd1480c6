import type { SessionRecord } from '../../store/types.ts'
import type { ExpectedVersion } from '../../store/workflows.ts'

/** What to do when a fire time comes while a session of the schedule is unfinished. */
export const overlaps = ['skip', 'queue', 'cancel_previous', 'allow'] as const

/** When a schedule fires; exactly one of `cron`, `everyMs` and `at` is given. Times are ms since the epoch. */
export interface Timing {
  /** Five fields, or six with seconds first. */
  readonly cron?: string | undefined
  readonly everyMs?: number | undefined
  /** ISO 8601; without an offset it is a local time of the zone. */
  readonly at?: string | undefined
  /** The IANA name of the zone that `cron` and a local `at` are read in. */
  readonly timeZone: string
  /** Nothing fires before. */
  readonly startsAt?: number | undefined
  /** Nothing fires then or later. */
  readonly endsAt?: number | undefined
  /** How many sessions it starts in all. */
  readonly maxRuns?: number | undefined
}

/** Which of the fire times that nobody was there for are made up. */
export interface CatchUp {
  /** So many of them at most, the latest. */
  readonly max: number
  /** Those no older than this. */
  readonly withinMs: number
}

/** What a schedule is to do. */
export interface ScheduleDefinition extends Timing {
  readonly name?: string | undefined
  /** What would be posted to start a session: `workflow`, and what may stand beside it. */
  readonly start: { readonly workflow: unknown }
  readonly overlap: (typeof overlaps)[number]
  readonly catchUp: CatchUp
}

/** What became of a fire time. */
export const fireKinds = ['fired', 'caught_up', 'skipped', 'missed', 'failed'] as const

export type FireKind = (typeof fireKinds)[number]

/** One fire time, or several in a row that the same became of. Times are ms since the epoch. */
export interface HistoryEntry {
  /** The fire time, the first of several. */
  readonly at: number
  /** The last of several. */
  readonly lastAt?: number
  /** @default 1 */
  readonly count?: number
  readonly kind: FireKind
  /** When its session was started. */
  readonly firedAt?: number
  readonly sessionId?: string
  readonly message?: string
}

/** A fire time whose session is being started, under an id that is settled before. */
export interface Fire {
  readonly at: number
  readonly kind: 'fired' | 'caught_up'
  readonly sessionId: string
  readonly firedAt: number
}

/** A fire time that waits for the session before to end. */
export type WaitingFire = Pick<Fire, 'at' | 'kind'>

/** What is kept of a schedule. */
export interface ScheduleRecord extends ScheduleDefinition {
  /** One more with each change that somebody makes. */
  readonly revision: number
  /** What `everyMs` counts from. */
  readonly anchorAt: number
  readonly paused: boolean
  /** Fire times up to this one have been seen to. */
  readonly settledAt: number
  /** The next fire time; null: there is none left. */
  readonly nextAt: number | null
  /** How many sessions it has started, those by hand left out. */
  readonly runs: number
  readonly starting: readonly Fire[]
  readonly waiting: WaitingFire | null
  /** Oldest first. */
  readonly history: readonly HistoryEntry[]
}

export interface Schedule extends ScheduleRecord {
  readonly id: string
  readonly tenant: string
  /** Of the document it is kept in. */
  readonly version: number
  readonly createdAt: number
}

export interface NewSchedule {
  readonly definition: ScheduleDefinition
  /** @default as it is; a new one is not */
  readonly paused?: boolean | undefined
}

/** What names a schedule, and which revision of it is expected to be current. */
export interface ScheduleKey {
  readonly tenant: string
  readonly id: string
  readonly expected?: ExpectedVersion
}

/** Starts sessions at times: each fire time once, however many processes keep the schedules. */
export interface Schedules {
  /** @throws StepstreamError with the faults of the definition or the workflow, TOO_MANY_SCHEDULES */
  create(tenant: string, schedule: NewSchedule): Promise<Schedule>
  /** Replaces the definition; the history stays. @throws as `create`, SCHEDULE_NOT_FOUND, PRECONDITION_FAILED */
  replace(key: ScheduleKey, schedule: NewSchedule): Promise<Schedule>
  /** Its sessions stay. @throws SCHEDULE_NOT_FOUND, PRECONDITION_FAILED */
  remove(key: ScheduleKey): Promise<void>
  /** @throws SCHEDULE_NOT_FOUND */
  get(tenant: string, id: string): Promise<Schedule>
  /** Newest first, those after the one given. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly Schedule[]>
  /** Nothing fires while it is paused, and nothing of that time is made up. @throws as `remove` */
  setPaused(key: ScheduleKey, paused: boolean): Promise<Schedule>
  /** The next fire times after now, as many as there are. */
  upcoming(schedule: Schedule, count: number): readonly number[]
  /** Somebody started a session of the schedule beside its plan. Never throws: the session runs. */
  noteTriggered(key: ScheduleKey, sessionId: string): Promise<void>
  /** A session has ended here: a fire time of the schedule that started it may have waited for it. */
  sessionEnded(session: Pick<SessionRecord, 'tenant' | 'correlation'>): void
}
