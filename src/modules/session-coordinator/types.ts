import type { SessionCommand } from '../../session/commands.ts'
import type { Origin, SessionEvent } from '../../session/events.ts'
import type { SessionState } from '../../session/state.ts'
import type { Created, IdempotencyClaim, SessionRecord } from '../../store/types.ts'
import type { Driver } from '../dispatcher/types.ts'

/** A session before anything has happened to it. */
export type UnstartedSession = Omit<SessionRecord, 'status' | 'wakeAt' | 'endedAt'>

/** What a session that goes on from another one begins with. */
export interface Fork {
  readonly forkedFrom: Origin
  /** A `step.kept` for each step it takes over, and the variables that those have set. */
  readonly kept: readonly SessionEvent[]
}

/** The folded state of a session, with what its log does not carry. */
export interface CurrentSession {
  readonly record: SessionRecord
  readonly state: SessionState
}

/** The only code that writes a session: it folds, decides, appends at the expected seq, and caches the folded state. */
export interface SessionCoordinator {
  /** Writes a new session and its first events; the answer of an earlier request if the idempotency key is taken. */
  create(session: UnstartedSession, idempotency?: IdempotencyClaim, fork?: Fork): Promise<Created>
  /**
   * Decides a command and commits its events. Resolves after the commit with the state that follows.
   * Only a decision of the session's driver starts attempts, since only the driver can run them; any
   * other caller leaves them ready. When somebody else wrote in between, it is decided anew.
   * @throws StepstreamError SESSION_NOT_FOUND, SESSION_ENDED, ILLEGAL_TRANSITION, STORAGE_UNAVAILABLE
   * @throws ClaimLostError when a driver's session is in other hands by now
   */
  dispatch(sessionId: string, command: SessionCommand, by: 'caller' | Driver): Promise<SessionState>
  /** What is on disk, folded, whoever wrote it; undefined if there is no such session. */
  current(sessionId: string): Promise<CurrentSession | undefined>
  /**
   * What is on disk, for its driver, who keeps it at hand until `forget`. Nothing that another
   * driver has written is in it: whatever it shows as running was begun under this claim, or before.
   * @throws ClaimLostError when the session is in other hands by now
   */
  hold(sessionId: string, driver: Driver): Promise<CurrentSession | undefined>
  forget(sessionId: string): void
  /** Others have written to these sessions. */
  changed(sessionIds: readonly string[]): void
  /** Somebody elsewhere cannot get a word in: what its driver here decides next waits for a moment. */
  giveWay(sessionId: string): void
  /** From now on attempts may end, but none may start. */
  drain(): void
}
