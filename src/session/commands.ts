import type { ErrorCode } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { Answer, Awaits, InteractionRequest, StepAction } from './events.ts'
import type { Observed } from './observed.ts'
import type { Cause } from './step-error.ts'

/** What one attempt ended in, as the task loop normalised it. */
export type AttemptOutcome =
  | {
      readonly status: 'succeeded'
      readonly output?: Json
      readonly branch?: 'then' | 'else'
      /** The variables it sets. */
      readonly set?: JsonObject
    }
  /** Somebody has answered what it asked: it goes on with one more attempt, which counts against nothing. */
  | { readonly status: 'continue' }
  /** It was done, and is to be done again. */
  | { readonly status: 'again'; readonly output?: Json }
  /** The items of a `forEach`: the list, or a reference to the artifact that holds it. */
  | { readonly status: 'expanded'; readonly items: Json; readonly count: number }
  | {
      readonly status: 'failed' | 'error'
      readonly code: ErrorCode
      readonly message: string
      readonly retryable: boolean
      readonly retryAfterMs?: number
      readonly details?: JsonObject
      /** What led to it, the nearest first. */
      readonly causes?: readonly Cause[]
      /** A person is asked, whatever the step's strategy is. */
      readonly escalate?: true
    }
  /** It goes on at a time, or when somebody outside says so: the time is the latest then. */
  | {
      readonly status: 'waiting'
      readonly until?: number
      readonly awaits?: Awaits
      /** What the interaction that is awaited asks for. */
      readonly interaction?: InteractionRequest
      readonly output?: Json
    }
  | { readonly status: 'cancelled'; readonly details?: JsonObject }
  | { readonly status: 'interrupted' }

/** What a running attempt tells before it ends. */
export type AttemptReport =
  | {
      readonly type: 'step.output'
      readonly data: { stream: 'stdout' | 'stderr'; text: string; truncated?: boolean }
    }
  | { readonly type: 'step.progress'; readonly data: { percent?: number; message?: string } }
  | Observed

/** A request to change a session; it may be refused, and may have no effect at all. */
export type SessionCommand =
  | { readonly type: 'start' }
  /** Its concurrency key has no room for it. */
  | { readonly type: 'hold' }
  | { readonly type: 'pause'; readonly reason?: string }
  | { readonly type: 'resume'; readonly reason?: string }
  | { readonly type: 'cancel'; readonly reason?: string }
  /** Stops what runs, and undoes what has completed. */
  | { readonly type: 'rollback'; readonly reason?: string }
  /** Acts on every timer that is due. */
  | { readonly type: 'tick' }
  /** The process that ran the session's attempts is gone. */
  | { readonly type: 'recover' }
  /** A person takes up a session that was set aside after crashes. */
  | { readonly type: 'takeUp'; readonly reason?: string }
  /** What a step's `when` came to. */
  | { readonly type: 'resolveCondition'; readonly stepId: string; readonly result: ConditionResult }
  /** A person says what becomes of a step that waits or has failed. */
  | ({ readonly type: 'resolveStep'; readonly stepId: string } & StepResolution)
  /** A person keeps a step from beginning, or lets it go on. */
  | {
      readonly type: 'pauseStep' | 'resumeStep'
      readonly stepId: string
      readonly actor?: string
      readonly reason?: string
    }
  /** Goes on by one of the steps that are held. */
  | { readonly type: 'advance' }
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
  /** What the wait of a step for somebody outside came to. */
  | {
      readonly type: 'finishWait'
      readonly stepId: string
      readonly attempt: number
      readonly outcome: AttemptOutcome
      /** What it came from, where an interaction was awaited. */
      readonly answered?: AnsweredInteraction
    }
  /** The session that a step waits for waits for people, or does no more. */
  | {
      readonly type: 'childWaits'
      readonly stepId: string
      readonly child: string
      readonly forPeople: boolean
    }
  /** A person sends the session back to an earlier step. */
  | {
      readonly type: 'pushBack'
      readonly interactionId: string
      /** @default the one step before the approval */
      readonly toStep?: string
      readonly note?: string
      readonly actor?: string
      readonly digest: string
    }
  /** Something happened outside that steps wait for. */
  | { readonly type: 'signal'; readonly signal: Signal }
  /** A worker takes what its queue asks for; whoever has it is told so again. */
  | { readonly type: 'claimInteraction'; readonly interactionId: string; readonly worker: string }
  /** It is there for others again, if that claim is still the one that holds it. */
  | {
      readonly type: 'releaseInteraction'
      readonly interactionId: string
      readonly claim: number
      readonly reason: 'lease_lost' | 'returned' | 'paused'
    }

export interface AnsweredInteraction extends Answer {
  readonly interactionId: string
  /** The claim of whoever answers; absent: it was never claimed. */
  readonly claim?: number
  readonly digest: string
}

export interface Signal {
  readonly id: string
  readonly name: string
  readonly payload?: Json
  readonly actor?: string
  /** Given where the sender gave the id. */
  readonly digest?: string
  /** The steps of the plan that wait for signals of this name. */
  readonly steps: readonly string[]
}

export interface StepResolution {
  readonly action: StepAction
  /** The escalation that it answers. */
  readonly interactionId?: string
  /** Of the answer as it came. */
  readonly digest?: string
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
