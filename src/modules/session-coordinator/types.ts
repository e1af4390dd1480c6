import type { SessionCommand } from '../../session/commands.ts'
import type { SessionState } from '../../session/state.ts'
import type { Created, IdempotencyClaim, SessionRecord } from '../../store/types.ts'

/** The only code that writes a session: it folds, decides, appends at the expected seq, and caches the folded state. */
export interface SessionCoordinator {
  /** Writes a new session and its first event; the answer of an earlier request if the idempotency key is taken. */
  create(
    session: Omit<SessionRecord, 'status' | 'wakeAt' | 'endedAt'>,
    idempotency?: IdempotencyClaim,
  ): Promise<Created>
  /**
   * Decides a command and commits its events. Resolves after the commit with the state that follows.
   * @throws StepstreamError SESSION_NOT_FOUND, SESSION_ENDED, ILLEGAL_TRANSITION, STORAGE_UNAVAILABLE
   */
  dispatch(sessionId: string, command: SessionCommand): Promise<SessionState>
  /** The folded state; undefined if there is no such session. */
  state(sessionId: string): Promise<SessionState | undefined>
  /** Drops the cached state of a session that nobody drives. */
  forget(sessionId: string): void
}
