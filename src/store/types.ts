import type { EventType } from '../session/events.ts'
import type { Plan } from '../session/plan.ts'
import type { SessionStatus } from '../session/status.ts'

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
}

/** A row of a list: everything but the plan. */
export type SessionListing = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly totalSteps: number
  /** The saved workflow it was started from, and which version of it; null where it was posted whole. */
  readonly workflow: string | null
  readonly workflowVersion: number | null
  readonly labels: Readonly<Record<string, string>>
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
}

export interface ListFilter {
  readonly tenant: string
  readonly status?: readonly SessionStatus[]
  readonly name?: string
  /** The name of a saved workflow. */
  readonly workflow?: string
  /** Sessions that have all of them. */
  readonly labels?: readonly Label[]
  /** ms since the epoch, inclusive. */
  readonly createdAfter?: number
  readonly createdBefore?: number
  /** Newest first; continue after the session with this id. */
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

/** What a version of a saved workflow holds. */
export interface WorkflowContent {
  /** As it was posted, as JSON. */
  readonly definition: string
  /** The same for the same content, however it was written. */
  readonly digest: string
  readonly description: string | null
  readonly totalSteps: number
}

export interface WorkflowVersion extends WorkflowContent {
  readonly name: string
  readonly version: number
  /** The version whose content was made current again. */
  readonly restoredFrom: number | null
  /** ms since the epoch. */
  readonly createdAt: number
}

/** A row of a list: everything but the content. */
export type VersionListing = Omit<WorkflowVersion, 'definition' | 'digest'>

/** A saved workflow by its current version. */
export type WorkflowListing = VersionListing & {
  /** How many versions it has; they are all kept. */
  readonly versions: number
}

/**
 * What must be current for a workflow to be saved: a version, any at all, or none. Where it is not
 * given anything may be.
 */
export type ExpectedVersion = number | 'any' | 'none'

export interface SaveWorkflow extends WorkflowContent {
  readonly tenant: string
  readonly name: string
  readonly restoredFrom: number | null
  readonly createdAt: number
  readonly expected?: ExpectedVersion
}

/** What came of saving: the version that is current then; `unexpected`: nothing was written. */
export type SavedWorkflow =
  | { readonly kind: 'saved' | 'unchanged'; readonly version: number }
  | { readonly kind: 'unexpected'; readonly version: number | undefined }

/** What came of removing: the version that was current, or is and was not expected; undefined: none. */
export interface RemovedWorkflow {
  readonly kind: 'removed' | 'unexpected'
  readonly version: number | undefined
}

/** How a session ended that was started from a saved workflow. */
export interface WorkflowRun {
  readonly status: SessionStatus
  /** From its creation to its end. */
  readonly durationMs: number
  /** Why it failed; null where it did not. */
  readonly code: string | null
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
export interface Store {
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
  readEvents(read: ReadEvents): Promise<readonly EncodedEvent[]>
  extent(sessionId: string): Promise<LogExtent | undefined>

  /** Sessions that should be driven at once (queued, running, cancelling), oldest first, after the id given. */
  runnable(after: string | undefined, limit: number): Promise<readonly string[]>
  /** Sessions whose timer is due at `now`, earliest first. */
  due(now: number, limit: number): Promise<readonly string[]>
  /** The earliest timer of all, ms since the epoch. */
  nextWakeAt(): Promise<number | undefined>

  putArtifact(record: ArtifactRecord): Promise<void>
  artifact(tenant: string, id: string): Promise<ArtifactRecord | undefined>
  listArtifacts(sessionId: string): Promise<readonly ArtifactRecord[]>

  /**
   * Saves a workflow as the next version of its name, unless the current one has the same content.
   * Of several that save at once each makes a version. Numbers go on after a removal.
   */
  saveWorkflow(workflow: SaveWorkflow): Promise<SavedWorkflow>
  /** Removes a name with all its versions, if the version expected is current. */
  removeWorkflow(tenant: string, name: string, expected?: number): Promise<RemovedWorkflow>
  /** A version of a saved workflow, by default the current one. */
  workflow(tenant: string, name: string, version?: number): Promise<WorkflowVersion | undefined>
  /** By name, those after the one given. */
  listWorkflows(
    tenant: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly WorkflowListing[]>
  /** Newest first, those before the one given. */
  listWorkflowVersions(
    tenant: string,
    name: string,
    before: number | undefined,
    limit: number,
  ): Promise<readonly VersionListing[]>
  /** Of the sessions started from a name, those that ended last. */
  workflowRuns(tenant: string, name: string, limit: number): Promise<readonly WorkflowRun[]>

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

  health(): Promise<{ readonly writable: boolean; readonly detail?: string }>
  /** Commits what has arrived, then closes. */
  close(): Promise<void>
}
