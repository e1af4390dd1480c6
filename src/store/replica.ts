import type { SessionStatus } from '../session/status.ts'

/*
 * What a store that several processes share offers to them beside the port: types only.
 */

/** A session in the hands of one process. */
export interface SessionClaim {
  readonly sessionId: string
  /** Never the same twice for one session. */
  readonly claim: string
}

/** What a session is as far as its row tells: at the moment when its owner changes, or is asked for. */
export interface SessionHead {
  readonly sessionId: string
  readonly status: SessionStatus
  readonly wakeAt: number | null
  readonly priority: number
  /** The seq of its last event. */
  readonly lastSeq: number
}

/**
 * Who drives which session, where several processes share one store. A process is the owner of
 * every session that it created or claimed, until it releases it, another one claims it or it ends;
 * the store was opened with the owner's name.
 */
export interface SessionClaims {
  /** The name under which this process owns sessions: a random number below 2^63, new with each start. */
  readonly owner: string
  /** Makes this process known to the others; harmless when it is. */
  register(): Promise<void>
  /** Every process that registered and was not unregistered, but this one. */
  others(): Promise<readonly string[]>
  unregister(owner: string): Promise<void>
  /** Takes unended sessions for this process, from whoever had them; says what they are, and leaves out the others. */
  claim(claims: readonly SessionClaim[]): Promise<readonly SessionHead[]>
  /** Gives up what is still held; says what became of those, as the log stood at that moment. */
  release(claims: readonly SessionClaim[]): Promise<readonly SessionHead[]>
  /** Unended sessions of an owner, after the id given; `claim` is null where one was created and never claimed. */
  ownedBy(
    owner: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly (SessionHead & { readonly claim: string | null })[]>
  /** Takes sessions away from an owner that is gone, where it still has them under that claim. */
  disown(
    owner: string,
    sessions: readonly { readonly sessionId: string; readonly claim: string | null }[],
  ): Promise<void>
  /** Sessions without an owner that are runnable, or whose timer was due at `now`; oldest first, after the id given. */
  unowned(now: number, after: string | undefined, limit: number): Promise<readonly SessionHead[]>
}

/**
 * The one connection of a process that stays open: for what others tell it, and for what the
 * database holds for as long as the process lives. It reconnects by itself.
 */
export interface Lifeline {
  readonly connected: boolean
  /** @throws StepstreamError STORAGE_UNAVAILABLE when it is not connected */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>
  /** `onMessage` is called with each payload that is sent to the channel from now on. */
  listen(channel: string, onMessage: (payload: string) => void): void
  /** Called after each connect, at once when it is connected already; messages may have been missed before. */
  onConnect(listener: () => void): void
  /** Called when the connection is lost, and with it what the database held for it. */
  onLost(listener: () => void): void
}

/** Lets a process that cannot get a word in ask whoever writes to a session without a pause. */
export interface RightOfWay {
  /** Asks the others to hold back for a moment; where that does not reach them, nothing is lost but time. */
  ask(sessionId: string): void
  onAsked(listener: (sessionId: string) => void): void
}

/** Counts requests of all processes in fixed windows. */
export interface RequestCounter {
  /** Counts one more; says how many there are in the window that runs and when it ends. */
  count(key: string, windowMs: number): Promise<{ readonly count: number; readonly ttlMs: number }>
}
