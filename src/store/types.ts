import type { EventType } from '../session/events.ts'
import type { Plan } from '../session/plan.ts'
import type { SessionStatus } from '../session/status.ts'
import type { DocumentStore } from './documents.ts'
import type { WorkflowStore } from './workflows.ts'

/**
 * An event ready for the log. `body` is the JSON of the whole `LoggedEvent`, written once and used
 * as it is by the store, the stream and the JSON pages.
 */
export interface EncodedEvent {
  readonly seq: number
  readonly type: EventType
  readonly body: string
}

/** What the store keeps about a session beside its log, so that lists and timers need no folding. */
export interface SessionSummary {
  readonly status: SessionStatus
  /** When the session must be looked at again, in ms since the epoch; null when no timer is due. */
  readonly wakeAt: number | null
  /** When the session ended, in ms since the epoch; null while it has not. */
  readonly endedAt: number | null
}

export interface SessionRecord extends SessionSummary {
  readonly id: string
  readonly tenant: string
  readonly name: string | null
  readonly plan: Plan
  readonly correlation: Correlation
  /** ms since the epoch. */
  readonly createdAt: number
}

/** Follows a session into logs, events, webhook headers and command environments. */
export interface Correlation {
  readonly id: string
  /** The caller's W3C `traceparent`, if it sent one. */
  readonly traceparent?: string
  /** Absent where somebody started the session directly. */
  readonly startedBy?: StartedBy
  /** How many hooks in a row led to it, each by a session of the one before, or a child of it; absent: none. */
  readonly hookDepth?: number
  /**
   * For a session that a step of another one runs: what that one keeps of it is found by, and how
   * many sessions are above it.
   */
  readonly child?: { readonly key: string; readonly depth: number }
}

/** What started a session, by its id; lists find sessions by it. */
export type StartedBy = { readonly [K in Starter]?: string | undefined }

/** `session`: the parent, one of whose steps the session is. */
export type Starter = (typeof starters)[number]

export const starters = ['batch', 'schedule', 'hook', 'session'] as const

/** How many sessions there are by status; none where a status is absent. */
export type StatusTally = Readonly<Partial<Record<SessionStatus, number>>>

/** A row of a list: everything but the plan. */
export type SessionListing = Omit<SessionRecord, 'plan' | 'correlation'> & {
  /** What people see of it; empty for what was created before there were titles. */
  readonly title: string
  readonly totalSteps: number
  readonly priority: number
  /** The saved workflow it was started from, and which version of it; null where it was posted whole. */
  readonly workflow: string | null
  readonly workflowVersion: number | null
  readonly labels: Readonly<Record<string, string>>
  readonly startedBy: StartedBy
}

/** A session that has something to do, with what says when its turn comes. */
export interface SessionToDrive {
  readonly sessionId: string
  readonly status: SessionStatus
  readonly priority: number
}

/** What sessions are found by; those of a session are in its plan. */
export interface Label {
  readonly key: string
  readonly value: string
}

export interface NewSession {
  readonly session: SessionRecord
  /** The first events, `seq` from 1. */
  readonly events: readonly EncodedEvent[]
  readonly idempotency?: IdempotencyClaim
}

export interface IdempotencyClaim {
  readonly key: string
  /** Hash of the request; another hash under the same key is a different request. */
  readonly requestHash: string
  /** The answer to replay, as JSON. */
  readonly answer: string
  /** ms since the epoch; afterwards the key is free again. */
  readonly expiresAt: number
}

export type Created =
  | { readonly created: true }
  /** The key was taken: nothing was written, and this is what holds it. */
  | {
      readonly created: false
      readonly requestHash: string
      readonly answer: string
      readonly sessionId: string
    }

export interface Append {
  readonly sessionId: string
  readonly tenant: string
  /** The `seq` of the last event the writer knows; the first event has `expectedSeq + 1`. */
  readonly expectedSeq: number
  readonly events: readonly EncodedEvent[]
  /** Given only when it changed. */
  readonly summary?: SessionSummary | undefined
  /** Given by whoever drives the session: refused when the session was claimed by somebody else since. */
  readonly claim?: string | undefined
}

/** A commit as listeners see it, after it is on disk; events of one session in order. */
export interface Commit {
  readonly sessionId: string
  readonly tenant: string
  readonly events: readonly EncodedEvent[]
  /** The session's status after the commit, when it changed. */
  readonly status: SessionStatus | undefined
  /** What was written beside the events, where the commit made the session. */
  readonly created?: CreatedSession
}

export interface CreatedSession
  extends Pick<SessionRecord, 'id' | 'tenant' | 'name' | 'createdAt'>,
    Pick<SessionListing, 'workflow' | 'workflowVersion'> {
  /** As JSON. */
  readonly correlation: string
}

/** Where a session stands among those with a concurrency key. */
export interface KeyedPriority {
  readonly key: string
  readonly priority: number
}

export interface ListFilter {
  readonly tenant: string
  readonly status?: readonly SessionStatus[]
  readonly name?: string
  /** The name of a saved workflow. */
  readonly workflow?: string
  /** Sessions that have all of them. */
  readonly labels?: readonly Label[]
  readonly startedBy?: StartedBy
  /** Sessions whose plan has this concurrency key, and this priority. */
  readonly concurrency?: KeyedPriority
  /** ms since the epoch, inclusive. */
  readonly createdAfter?: number
  readonly createdBefore?: number
  /** By creation. @default newest */
  readonly order?: 'newest' | 'oldest'
  /** Continue after the session with this id. */
  readonly after?: string
  readonly limit: number
}

export interface ReadEvents {
  readonly sessionId: string
  readonly afterSeq: number
  readonly limit: number
  /**
   * Stop early once the bodies read exceed this; at least one event is returned if there is one. A
   * page ends early for no other reason: a short one tells where the log ends.
   */
  readonly maxBytes?: number
  /** Only events of these types, and none beyond a seq: then a short page tells that there are no more of them up to it. */
  readonly only?: { readonly types: readonly string[]; readonly upToSeq: number }
}

/** The log's extent: `first` is 1 unless old events were purged, `next` is the seq the next event gets. */
export interface LogExtent {
  readonly tenant: string
  readonly first: number
  readonly next: number
  readonly ended: boolean
  /** The claim under which the session is driven, where sessions are claimed. */
  readonly claim?: string
}

/** Which sessions a merged log is made of: some by their ids, or those that a filter finds, also later. */
export type LogScope =
  | { readonly ids: readonly string[] }
  | { readonly filter: Pick<ListFilter, 'name' | 'workflow' | 'labels' | 'startedBy'> }

export interface ReadLog {
  readonly tenant: string
  readonly sessions: LogScope
  /** 0 is the place before the first event. */
  readonly afterPosition: number
  readonly limit: number
  /** Stop early once the bodies read exceed this; at least one event is returned if one was found. */
  readonly maxBytes: number
}

/** An event with its place in the order of commits over all sessions. */
export interface PlacedEvent extends EncodedEvent {
  readonly sessionId: string
  readonly position: number
}

/**
 * A page of the logs of several sessions as one. It may end early, even empty, since only so much
 * of the log is looked at for one page; all there is up to `position` is in it or before it.
 */
export interface LogPage {
  readonly events: readonly PlacedEvent[]
  readonly position: number
  /** The last position of all when the page was read: once `position` is there, it was all. */
  readonly end: number
  /** Those ids that the tenant has no session of, or none any more. */
  readonly unknown: readonly string[]
  /** Whether all sessions that were asked for by id have ended by `end`; of a filter never. */
  readonly ended: boolean
}

/** Where the log of all sessions begins and ends; `first` is beyond `end` where nothing is kept. */
export interface LogBounds {
  readonly first: number
  readonly end: number
}

export interface ArtifactRecord {
  readonly id: string
  readonly tenant: string
  readonly sessionId: string
  readonly stepId: string | null
  readonly name: string
  readonly contentType: string
  readonly bytes: number
  readonly createdAt: number
}

/** Raised by `append` when `expectedSeq` is not the log's last: reload and decide again. */
export class ConflictError extends Error {
  constructor(sessionId: string) {
    super(`the log of ${sessionId} has moved on`)
    this.name = 'ConflictError'
  }
}

/** Raised by what needs a claim that is no longer held: another process drives the session now. */
export class ClaimLostError extends Error {
  constructor(sessionId: string) {
    super(`${sessionId} is driven by another process`)
    this.name = 'ClaimLostError'
  }
}

export interface StoreHealth {
  readonly writable: boolean
  readonly detail?: string
  /** Where commits run, for a store that chooses. */
  readonly writer?: 'loop' | 'thread'
}

/**
 * Sessions and their logs on disk. Every adapter passes `test/store/contract.ts`.
 *
 * Writes are grouped: a promise settles after the commit that carries its write, and all that
 * arrives while a commit runs, or in one turn of the event loop, goes into the next one. One
 * refused append never sinks the others of its group, but those that were made on top of it go with
 * it. When the disk or the database refuses to write, the promise rejects with
 * `STORAGE_UNAVAILABLE` and the next write tries again. Nothing of the write is kept then, unless
 * the connection broke while it was committed: whoever repeats a decision reads the log first.
 * A database that cannot be reached refuses reads with the same code.
 */
export interface Store extends WorkflowStore, DocumentStore {
  createSession(session: NewSession): Promise<Created>
  /** @throws ConflictError when the log has moved on, ClaimLostError; nothing is written then. */
  append(append: Append): Promise<void>
  /** Called once per commit with all its parts, after it is on disk and before any of its promises settle. */
  onCommit(listener: (commits: readonly Commit[]) => void): void
  /**
   * Called when other processes have written, or when it is not known whether a write of this one
   * went through: these logs may have grown. Soon after the commit, in any order, perhaps twice.
   */
  onChange(listener: (sessionIds: readonly string[]) => void): void

  session(id: string): Promise<SessionRecord | undefined>
  listSessions(filter: ListFilter): Promise<readonly SessionListing[]>
  /** Kept or indexed, never scanned. All tenants. */
  countByStatus(): Promise<Readonly<Partial<Record<SessionStatus, number>>>>
  /** How many sessions something has started, by status, those that are gone left out; found by index. */
  countStarted(tenant: string, starter: Starter, id: string): Promise<StatusTally>
  readEvents(read: ReadEvents): Promise<readonly EncodedEvent[]>
  extent(sessionId: string): Promise<LogExtent | undefined>
  /** Several logs as one, in the order of commits: no event shows later behind a position that was reached. */
  readLog(read: ReadLog): Promise<LogPage>
  logBounds(): Promise<LogBounds>

  /** Sessions that should be driven at once (`runnableSessionStatuses`), oldest first, after the id given. */
  runnable(after: string | undefined, limit: number): Promise<readonly SessionToDrive[]>
  /** Sessions whose timer is due at `now`: those of the highest priority first, of these the earliest. */
  due(now: number, limit: number): Promise<readonly SessionToDrive[]>
  /** The earliest timer of all, ms since the epoch. */
  nextWakeAt(): Promise<number | undefined>

  putArtifact(record: ArtifactRecord): Promise<void>
  artifact(tenant: string, id: string): Promise<ArtifactRecord | undefined>
  listArtifacts(sessionId: string): Promise<readonly ArtifactRecord[]>

  /** The one key of a first start, and whatever else must outlive the process; small values. */
  getSetting(name: string): Promise<string | undefined>
  /** Sets what is not set yet, and says what it is set to: of several processes that try, one wins. */
  initSetting(name: string, value: string): Promise<string>

  /** Hides an ended session at once and marks it for `purge`. */
  markForPurge(sessionId: string): Promise<void>
  /**
   * One small batch of retention: removes what belongs to sessions that ended before `endedBefore`
   * or are marked, and idempotency keys that have expired at `now`. Says which sessions are gone for good, so that their files can follow
   * (before the next call; one may be named again after a restart), and whether there is more to do.
   */
  purge(options: {
    endedBefore: number
    now: number
    maxRows: number
  }): Promise<{ removed: readonly string[]; more: boolean }>

  health(): Promise<StoreHealth>
  /** Commits what has arrived, then closes. */
  close(): Promise<void>
}
