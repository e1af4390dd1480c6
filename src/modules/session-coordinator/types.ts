import type { SessionCommand } from '../../session/commands.ts'
import type { SessionState } from '../../session/state.ts'
import type { Created, IdempotencyClaim, SessionRecord } from '../../store/types.ts'

/** A session before anything has happened to it. */
export type UnstartedSession = Omit<SessionRecord, 'status' | 'wakeAt' | 'endedAt'>

/** The folded state of a session, with what its log does not carry. */
export interface CurrentSession {
  readonly record: SessionRecord
  readonly state: SessionState
}

/** The only code that writes a session: it folds, decides, appends at the expected seq, and caches the folded state. */
export interface SessionCoordinator {
  /** Writes a new session and its first event; the answer of an earlier request if the idempotency key is taken. */
  create(session: UnstartedSession, idempotency?: IdempotencyClaim): Promise<Created>
  /**
   * Decides a command and commits its events. Resolves after the commit with the state that follows.
   * Only a decision of the session's driver starts attempts, since only the driver can run them; any
   * other caller leaves them ready.
   * @throws StepstreamError SESSION_NOT_FOUND, SESSION_ENDED, ILLEGAL_TRANSITION, STORAGE_UNAVAILABLE
   */
  dispatch(
    sessionId: string,
    command: SessionCommand,
    by: 'driver' | 'caller',
  ): Promise<SessionState>
  /** What is on disk, folded; undefined if there is no such session. */
  current(sessionId: string): Promise<CurrentSession | undefined>
  /** Keeps the folded state at hand until `forget`: the caller is about to drive the session. */
  hold(sessionId: string): Promise<CurrentSession | undefined>
  forget(sessionId: string): void
  /** From now on attempts may end, but none may start. */
  drain(): void
}
