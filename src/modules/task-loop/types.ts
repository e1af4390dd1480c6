import type { Json } from '../../json.ts'
import type { AttemptOutcome } from '../../session/commands.ts'
import type { Driver } from '../dispatcher/types.ts'
import type { InteractionResult, Outcome } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

export interface AttemptRequest {
  /** The session as its driver saw it when the attempt was to begin. */
  readonly session: CurrentSession
  readonly stepId: string
  readonly attempt: number
  /** It takes back what the step did. @default false */
  readonly undo?: boolean
  /** The step has waited, and what follows from its output is to be found out. @default false */
  readonly conclude?: boolean
  /** On whose behalf what the attempt does is recorded. */
  readonly driver: Driver
}

/** An attempt under way. */
export interface Execution {
  /** Never rejects; resolves when the outcome is on disk, or could not be written before a shutdown. */
  readonly ended: Promise<void>
  /** Tells the executor to stop; what the attempt ends in follows from the first reason given. */
  stop(reason: 'cancelled' | 'shutdown'): void
}

/** What a result means, and its output as the log keeps it. */
export interface ResultOutcome {
  readonly outcome: Outcome
  readonly output: Json
}

/** Somebody has answered what a step asked in the middle of its work. */
export interface GoesOn {
  readonly status: 'continue'
}

/** Runs attempts: the only place that calls foreign code. */
export interface TaskLoop {
  /**
   * One attempt of one step through its executor: resolve the input, run under timeout and signal,
   * normalise the outcome, record it.
   */
  execute(request: AttemptRequest): Execution
  /**
   * What it means for a step that it gets this from whoever it waited for. @throws StepstreamError
   * STORAGE_UNAVAILABLE, at once
   */
  waitOutcome(
    wait: Omit<AttemptRequest, 'driver'>,
    result: Outcome | GoesOn,
  ): Promise<AttemptOutcome>
  /**
   * What the kind of a step makes of the result of what it asked for; undefined for a kind that says
   * nothing of results. @throws StepstreamError STORAGE_UNAVAILABLE, at once
   */
  resultOutcome(
    wait: Omit<AttemptRequest, 'driver' | 'undo'>,
    result: InteractionResult,
  ): Promise<ResultOutcome | undefined>
  /**
   * What somebody gives for the output of a step, as the log keeps it. @throws StepstreamError
   * STORAGE_UNAVAILABLE, at once
   */
  givenOutput(session: CurrentSession, stepId: string, output: Json): Promise<Json>
  /** Evaluates a step's `when` and records what it came to. */
  condition(session: CurrentSession, stepId: string, driver: Driver): Promise<void>
}
