import type { Json, JsonObject } from '../../json.ts'
import type { SessionState } from '../../session/state.ts'
import type { ExecutorContext, Outcome } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'

/** What a step runs as a session of its own, as it would be posted. */
export interface ChildRequest {
  /** The name of a saved workflow, a workflow, or a list of steps. */
  readonly workflow: Json
  readonly version?: number | undefined
  readonly inputs?: JsonObject | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** Sessions that are steps of other ones. */
export interface Children {
  /**
   * Starts the session for an attempt of a step, once however often the attempt is made: the step
   * waits for its end. Where there is no room for it just now it is started later.
   */
  start(request: ChildRequest, context: ExecutorContext): Promise<Outcome>
  /** A session that ended here: if it is a step of another one, that goes on. */
  ended(session: CurrentSession): void
  /** A session that waits for others, or for people, or did before it changed. */
  changed(session: CurrentSession, before: SessionState): void
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
