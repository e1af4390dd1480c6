import type { ErrorCode } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { StepAction } from './events.ts'

/** What one attempt ended in, as the task loop normalised it. */
export type AttemptOutcome =
  | { readonly status: 'succeeded'; readonly output?: Json; readonly branch?: 'then' | 'else' }
  | {
      readonly status: 'failed' | 'error'
      readonly code: ErrorCode
      readonly message: string
      readonly retryable: boolean
      readonly retryAfterMs?: number
      readonly details?: JsonObject
    }
  | { readonly status: 'waiting'; readonly until: number; readonly output?: Json }
  | { readonly status: 'cancelled'; readonly details?: JsonObject }
  | { readonly status: 'interrupted' }

/** What a running attempt tells before it ends. */
export type AttemptReport =
  | {
      readonly type: 'step.output'
      readonly data: { stream: 'stdout' | 'stderr'; text: string; truncated?: boolean }
    }
  | { readonly type: 'step.progress'; readonly data: { percent?: number; message?: string } }
  | { readonly type: 'warning.issued'; readonly data: { code: string; message: string } }

/** A request to change a session; it may be refused, and may have no effect at all. */
export type SessionCommand =
  | { readonly type: 'start' }
  | { readonly type: 'pause'; readonly reason?: string }
  | { readonly type: 'resume'; readonly reason?: string }
  | { readonly type: 'cancel'; readonly reason?: string }
  /** Acts on every timer that is due. */
  | { readonly type: 'tick' }
  /** The process that ran the session's attempts is gone. */
  | { readonly type: 'recover' }
  /** What a step's `when` came to. */
  | { readonly type: 'resolveCondition'; readonly stepId: string; readonly result: ConditionResult }
  /** A person says what becomes of a step that waits or has failed. */
  | ({ readonly type: 'resolveStep'; readonly stepId: string } & StepResolution)
  | {
      readonly type: 'report'
      readonly stepId: string
      readonly attempt: number
      readonly reports: readonly AttemptReport[]
    }
  | {
      readonly type: 'finishAttempt'
      readonly stepId: string
      readonly attempt: number
      readonly outcome: AttemptOutcome
    }

export interface StepResolution {
  readonly action: StepAction
  /** For `complete`. */
  readonly output?: Json
  readonly actor?: string
  readonly reason?: string
}

export type ConditionResult =
  | { readonly met: boolean }
  | { readonly code: ErrorCode; readonly message: string }

/** What a decision takes from outside. */
export interface DecisionContext {
  /** ms since the epoch. */
  readonly now: number
  /** A number in [0, 1), for jitter. */
  readonly random: number
  /** False while the service shuts down: attempts may end, none may start. */
  readonly mayStart: boolean
}
