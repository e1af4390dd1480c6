import type { ErrorCode } from '../../errors.ts'

/** What was done to what, such as `session.pause`. */
export type AuditAction = `${string}.${string}`

/** What an action was done to, by its kind: `{ session: 'ses_…', step: 'build' }`. */
export type AuditTarget = Readonly<Record<string, string>>

/** One control action, allowed or refused: who did what, when, and from where. */
export interface AuditEntry {
  readonly id: string
  /** ISO 8601. */
  readonly at: string
  readonly action: AuditAction
  /** The name of the key; `anonymous` where none is needed. */
  readonly actor: string
  /** The id of that key, since names need not be unique. */
  readonly keyId?: string
  /** The person whom the holder of the key named. */
  readonly person?: string
  readonly tenant: string
  readonly target: AuditTarget
  readonly from: { readonly ip: string; readonly userAgent?: string }
  readonly requestId: string
  readonly reason?: string
  readonly outcome: AuditOutcome
}

/** An entry before the log gives it its id and its time. */
export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'>

export interface AuditOutcome {
  readonly status: number
  /** Why it was refused. */
  readonly code?: ErrorCode
  /** What it made, such as the session of a fork. */
  readonly created?: string
}

export interface AuditQuery {
  readonly tenant: string
  readonly session?: string | undefined
  readonly action?: string | undefined
  /** The name or the id of the key, or the person it named. */
  readonly actor?: string | undefined
  /** ms since the epoch, inclusive. */
  readonly after?: number | undefined
  readonly before?: number | undefined
  /** Newest first; go on after the entry with this id. */
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[]
  /** The last entry that was looked at; undefined where there are no more. */
  readonly next: string | undefined
}

/** The log of control actions; it outlives the sessions they were done to. */
export interface AuditLog {
  /** Takes an entry and writes it soon. Never throws: what cannot be written is logged and counted. */
  record(entry: NewAuditEntry): void
  /** Looks through a bounded number of entries, so a page may be short, even empty, and yet have a next. */
  list(query: AuditQuery): Promise<AuditPage>
  stats(): { readonly pending: number; readonly lost: number }
  /** Resolves when everything taken so far is written or lost. */
  flush(): Promise<void>
}
