import type { ErrorCode } from '../errors.ts'
import type { SessionStatus } from '../session/status.ts'
import type { DocumentKey, DocumentWritten, NewDocument } from './documents.ts'
import type {
  ArtifactRecord,
  Created,
  EncodedEvent,
  IdempotencyClaim,
  Label,
  SessionSummary,
} from './types.ts'
import type { RemovedWorkflow, SavedWorkflow, SaveWorkflow } from './workflows.ts'

/** A session as it is written: what is structured is JSON by then. */
export interface SessionRow extends SessionSummary {
  readonly id: string
  readonly tenant: string
  readonly name: string | null
  readonly title: string
  readonly totalSteps: number
  readonly priority: number
  readonly workflow: string | null
  readonly workflowVersion: number | null
  readonly labels: readonly Label[]
  readonly createdAt: number
  readonly plan: string
  readonly correlation: string
}

export interface CreateWrite {
  readonly kind: 'create'
  readonly session: SessionRow
  readonly events: readonly EncodedEvent[]
  readonly idempotency: IdempotencyClaim | undefined
}

export interface AppendWrite {
  readonly kind: 'append'
  readonly sessionId: string
  readonly tenant: string
  readonly expectedSeq: number
  readonly events: readonly EncodedEvent[]
  readonly summary: SessionSummary | undefined
  readonly claim: string | undefined
}

export interface PurgeWrite {
  readonly kind: 'purge'
  readonly endedBefore: number
  readonly now: number
  readonly maxRows: number
}

export interface RemoveWorkflowWrite {
  readonly kind: 'removeWorkflow'
  readonly tenant: string
  readonly name: string
  readonly expected: number | undefined
}

export interface PutDocumentWrite {
  readonly kind: 'putDocument'
  readonly document: NewDocument
  readonly expected: number
}

export interface RemoveDocumentWrite {
  readonly kind: 'removeDocument'
  readonly key: DocumentKey
  readonly expected: number | undefined
}

/** One thing to write; a group of them becomes one commit. */
export type Write =
  | CreateWrite
  | AppendWrite
  | PurgeWrite
  | { readonly kind: 'artifact'; readonly record: ArtifactRecord }
  /** The outcome's value is what the setting is afterwards. */
  | { readonly kind: 'setting'; readonly name: string; readonly value: string }
  | { readonly kind: 'hide'; readonly sessionId: string }
  | { readonly kind: 'saveWorkflow'; readonly workflow: SaveWorkflow }
  | RemoveWorkflowWrite
  | PutDocumentWrite
  | RemoveDocumentWrite
  /** Writes and removes something, to learn whether writing works. */
  | { readonly kind: 'probe' }

export interface Purged {
  readonly removed: readonly string[]
  readonly more: boolean
}

/** What became of one write of a group; plain data, so that it can come from another thread. */
export type Outcome =
  | {
      readonly kind: 'done'
      readonly value?: Created | Purged | SavedWorkflow | RemovedWorkflow | DocumentWritten | string
      /** The session's status, when this write changed it. */
      readonly status?: SessionStatus
    }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'claimLost' }
  | {
      readonly kind: 'refused'
      readonly code: ErrorCode
      readonly message: string
      readonly retryAfterMs?: number
    }
  /** `storage`: the disk or the database would not write. Otherwise the write itself is at fault. */
  | { readonly kind: 'failed'; readonly storage: boolean; readonly cause: unknown }

/** The outcome of a write with nothing to tell. */
export const done: Outcome = { kind: 'done' }

/**
 * Makes a group of writes durable as one commit. Never throws: what one write met is its outcome,
 * and a refused write leaves the others of its group alone.
 */
export interface Committer {
  commit(writes: readonly Write[]): readonly Outcome[] | Promise<readonly Outcome[]>
}
