import type { CompiledPlan } from '../../plan/types.ts'
import type { SessionState } from '../../session/state.ts'
import type { Correlation, Created, IdempotencyClaim } from '../../store/types.ts'

export interface StartSession {
  readonly tenant: string
  readonly compiled: CompiledPlan
  readonly correlation: Correlation
  /** The id the session gets; allotted by the caller so that the answer can be written beforehand. */
  readonly sessionId: string
  readonly idempotency?: IdempotencyClaim
}

/** Creates sessions, returns at once, and drives each by asking the core what is next. */
export interface StepProcessor {
  /** Compiles nothing, waits for nothing: resolves when the session is on disk. @throws TOO_MANY_SESSIONS, SHUTTING_DOWN */
  start(request: StartSession): Promise<Created>
  pause(sessionId: string, reason?: string): Promise<SessionState>
  resume(sessionId: string, reason?: string): Promise<SessionState>
  cancel(sessionId: string, reason?: string): Promise<SessionState>
  /** The seed's interface: a list of steps in, an id out. The stream exists before it resolves. */
  init(steps: readonly unknown[]): Promise<string>
  /** Begins to drive what the store holds. */
  open(): void
  /** Lets running attempts finish for `graceMs`, then aborts them and records what was interrupted. */
  close(graceMs: number): Promise<void>
  load(): { readonly running: number; readonly queued: number }
}
