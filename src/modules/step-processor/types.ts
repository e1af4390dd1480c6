import type {
  AnsweredInteraction,
  AttemptReport,
  SessionCommand,
  Signal,
  StepResolution,
} from '../../session/commands.ts'
import type { Plan } from '../../session/plan.ts'
import type { SessionState } from '../../session/state.ts'
import type { Correlation, Created, IdempotencyClaim } from '../../store/types.ts'
import type { Outcome } from '../executors/types.ts'
import type { CurrentSession, Fork } from '../session-coordinator/types.ts'
import type { GoesOn } from '../task-loop/types.ts'

export interface StartSession {
  readonly tenant: string
  /** From `newSessionId`; allotted by the caller so that the answer can be written beforehand. */
  readonly sessionId: string
  /** ms since the epoch. */
  readonly createdAt: number
  readonly plan: Plan
  readonly correlation: Correlation
  readonly idempotency?: IdempotencyClaim
  /** Given when it goes on from another session. */
  readonly fork?: Fork
}

/** Who holds a step, or lets it go, and why. */
export interface StepHold {
  readonly actor?: string
  readonly reason?: string
}

/** A step that waits for somebody outside. */
export interface Wait {
  readonly stepId: string
  readonly attempt: number
}

/** Creates sessions, returns at once, and drives each by asking the core what is next. */
export interface StepProcessor {
  /**
   * Resolves when the session is on disk; its stream exists then. Waits for no step.
   * @throws StepstreamError TOO_MANY_SESSIONS, SHUTTING_DOWN, STORAGE_UNAVAILABLE
   */
  start(request: StartSession): Promise<Created>
  pause(sessionId: string, reason?: string): Promise<SessionState>
  resume(sessionId: string, reason?: string): Promise<SessionState>
  cancel(sessionId: string, reason?: string): Promise<SessionState>
  /** Takes up a session that was set aside after crashes. */
  recover(sessionId: string, reason?: string): Promise<SessionState>
  /** Stops what runs and undoes what has completed, the last that completed first. */
  rollback(sessionId: string, reason?: string): Promise<SessionState>
  /** What a person makes of a step that waits or has failed. @throws StepstreamError STEP_NOT_FOUND and as above */
  resolveStep(sessionId: string, stepId: string, resolution: StepResolution): Promise<SessionState>
  /** Keeps a step from beginning, or lets it go on. @throws StepstreamError STEP_NOT_FOUND and as above */
  pauseStep(sessionId: string, stepId: string, who: StepHold): Promise<SessionState>
  resumeStep(sessionId: string, stepId: string, who: StepHold): Promise<SessionState>
  /** Goes on by one of the steps that are held. @throws StepstreamError ILLEGAL_TRANSITION */
  advance(sessionId: string): Promise<SessionState>
  /**
   * Settles a step that waits for somebody outside, with what that came to. What comes late has no
   * effect, unless it is an answer, which is refused then.
   * @throws StepstreamError STORAGE_UNAVAILABLE, INTERACTION_OVER, INTERACTION_LOST
   */
  finishWait(
    session: CurrentSession,
    wait: Wait,
    result: Outcome | GoesOn,
    answered?: AnsweredInteraction,
  ): Promise<void>
  /** Says something on behalf of whoever does a step's work outside. */
  report(sessionId: string, wait: Wait, reports: readonly AttemptReport[]): Promise<void>
  /** Tells a step whether the session that it waits for waits for people. */
  childWaits(
    sessionId: string,
    told: Omit<Extract<SessionCommand, { type: 'childWaits' }>, 'type'>,
  ): Promise<SessionState>
  /** Sends the session back from an approval to an earlier step. @throws StepstreamError ILLEGAL_TRANSITION and as above */
  pushBack(
    sessionId: string,
    push: Omit<Extract<SessionCommand, { type: 'pushBack' }>, 'type'>,
  ): Promise<SessionState>
  /** Something has happened outside. @throws StepstreamError SIGNAL_NOT_AWAITED, TOO_MANY_SIGNALS and as above */
  signal(sessionId: string, signal: Signal): Promise<SessionState>
  /** A worker takes what its queue asks for. @throws StepstreamError INTERACTION_OVER, INTERACTION_CLAIMED */
  claimInteraction(sessionId: string, interactionId: string, worker: string): Promise<SessionState>
  /** It is there for others again. */
  releaseInteraction(
    sessionId: string,
    release: Omit<Extract<SessionCommand, { type: 'releaseInteraction' }>, 'type'>,
  ): Promise<SessionState>
  /**
   * A list of steps in, a session id out, for programs that embed the service.
   * @throws StepstreamError with the faults of the steps
   */
  init(steps: readonly unknown[]): Promise<string>
  /** Begins to drive what the store holds. */
  open(): void
  /** Lets running attempts finish for `graceMs`, then aborts them and records what was interrupted. */
  close(graceMs: number): Promise<void>
  /** Sessions being driven, and those that wait for a place. */
  load(): { readonly running: number; readonly queued: number }
}
