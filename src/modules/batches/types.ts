import type { JsonObject } from '../../json.ts'
import type { SessionRecord, StatusTally } from '../../store/types.ts'

/** What a failed session means to those that have not begun. */
export const batchFailures = ['continue', 'stop'] as const

/** `starting`: none has been started yet. */
export const batchStatuses = [
  'starting',
  'running',
  'paused',
  'cancelling',
  'completed',
  'completed_with_errors',
  'failed',
  'cancelled',
] as const

export type BatchStatus = (typeof batchStatuses)[number]

/** How many sessions a batch may have. */
export const MAX_SESSIONS = 1000

/** One session to be: what would be posted to start it, the inputs of the common workflow, or an ended session that it does again. */
export type BatchItem =
  | { readonly body: unknown }
  | { readonly inputs: unknown }
  | { readonly retryOf: string }

/** What is common to the sessions of a batch; of those that do something again, nothing. */
export interface CommonParts {
  readonly workflow?: unknown
  readonly version?: unknown
  readonly labels?: Readonly<Record<string, string>>
  readonly metadata?: JsonObject
}

/** What the sessions of a batch are made of, kept until all are started. */
export interface BatchContent {
  readonly common: CommonParts
  readonly items: readonly BatchItem[]
}

export interface BatchSettings {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly metadata?: JsonObject
  /** How many of its sessions may be unfinished at once. @default no limit */
  readonly maxRunning?: number
  readonly onFailure: (typeof batchFailures)[number]
  /** The batch whose sessions it does again. */
  readonly retryOf?: string
}

/** A session that could not be made, though its body was fine when it was posted. */
export interface RefusedSession {
  readonly index: number
  readonly code: string
  readonly message: string
}

/** What is kept of a batch, but for what its sessions are made of. */
export interface BatchRecord extends BatchSettings {
  readonly correlation: { readonly id: string; readonly traceparent?: string }
  readonly total: number
  /** The sessions below this index have been seen to: they are on disk, or refused. */
  readonly next: number
  readonly refused: readonly RefusedSession[]
  readonly paused: boolean
  /** Somebody cancelled it: none is started any more, and all are cancelled. */
  readonly cancelled: boolean
  /** A session failed where that stops the batch: none is started, and those that have not begun are cancelled. */
  readonly stopped: boolean
  /** What its sessions have yet to be told. */
  readonly untold: 'pause' | 'resume' | null
  /** Of the idempotency key it was posted with, a hash. */
  readonly key: string | null
  /** When nothing was left to start or to end, ms since the epoch, and how its sessions ended. */
  readonly ended: { readonly at: number; readonly counts: StatusTally } | null
}

export interface Batch extends BatchRecord {
  readonly id: string
  readonly tenant: string
  /** Of the document it is kept in. */
  readonly version: number
  /** ms since the epoch. */
  readonly createdAt: number
  /** When somebody looks at it by itself, ms since the epoch; null: never. */
  readonly dueAt: number | null
}

/** A batch, and what follows from how many of its sessions there are by status. */
export interface BatchStanding {
  readonly batch: Batch
  readonly counts: StatusTally
  readonly status: BatchStatus
  /** How many sessions were started, those that are gone by now included. */
  readonly started: number
  /** The share of the sessions that will not change any more. */
  readonly percent: number
}

export interface BatchKey {
  readonly tenant: string
  readonly id: string
}

export interface NewBatch {
  readonly settings: BatchSettings
  readonly content: BatchContent
}

/** Who asks for a batch, and under which idempotency key. */
export interface BatchRequest {
  readonly tenant: string
  readonly correlation: BatchRecord['correlation']
  readonly claim?: {
    readonly key: string
    readonly requestHash: string
    readonly expiresAt: number
  }
}

export interface CreatedBatch {
  readonly batch: Batch
  readonly sessionIds: readonly string[]
  /** Whether an earlier request with the same key made it. */
  readonly replayed: boolean
}

/** Many sessions as one: each is started once, however many processes see to it. */
export interface Batches {
  /**
   * Checks every session and keeps the batch; nothing has started when it resolves.
   * @throws StepstreamError with the faults, IDEMPOTENCY_KEY_REUSED, TOO_MANY_BATCHES
   */
  create(request: BatchRequest, batch: NewBatch): Promise<CreatedBatch>
  /**
   * A new batch of the sessions that ended otherwise than completed, or were never started.
   * @throws BATCH_NOT_FOUND, BATCH_NOT_ENDED, ILLEGAL_TRANSITION where there are none
   */
  retry(request: BatchRequest, id: string): Promise<CreatedBatch>
  /** @throws BATCH_NOT_FOUND */
  get(key: BatchKey): Promise<BatchStanding>
  /** Newest first, those after the one given. */
  list(tenant: string, after: string | undefined, limit: number): Promise<readonly BatchStanding[]>
  /** Starts no more and cancels all that are unfinished. @throws BATCH_NOT_FOUND, BATCH_ENDED */
  cancel(key: BatchKey): Promise<BatchStanding>
  /** Starts no more and pauses all that are unfinished. @throws as `cancel`, ILLEGAL_TRANSITION */
  pause(key: BatchKey): Promise<BatchStanding>
  /** Resumes what is paused and starts on. @throws as `pause` */
  resume(key: BatchKey): Promise<BatchStanding>
  /** Its sessions stay. @throws BATCH_NOT_FOUND, BATCH_NOT_ENDED */
  remove(key: BatchKey): Promise<void>
  /** Whether all sessions it will ever have are on disk. @throws BATCH_NOT_FOUND */
  isStarted(key: BatchKey): Promise<boolean>
  /** A session has ended here: the batch that started it may go on. */
  sessionEnded(session: Pick<SessionRecord, 'tenant' | 'correlation'>): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
