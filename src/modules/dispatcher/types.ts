/** What became of a session that was driven. */
export interface Parked {
  /** ms since the epoch; when it must be driven again by itself. */
  readonly wakeAt?: number
}

/** One session in the hands of one driver. */
export interface Turn {
  readonly sessionId: string
  /** Says "I read the session now": a wake that comes later ends the next `idle` at once. */
  look(): void
  /** Resolves at the next wake since `look`, or at a time (ms since the epoch). */
  idle(until?: number): Promise<void>
  wake(): void
}

/** Drives a session until it parks or ends. */
export type Drive = (turn: Turn) => Promise<Parked>

/**
 * Hands each runnable session to one driver at a time, as many at once as `MAX_SESSIONS_RUNNING`
 * allows, and wakes parked ones when their timer is due. Level-triggered: waking a session that is
 * being driven makes the driver look again, also when it was about to let go.
 */
export interface Dispatcher {
  /** Begins to drive, starting with what the store says is runnable or due. */
  start(drive: Drive): void
  /** The session may have something to do. */
  wake(sessionId: string): void
  /** Makes every driver look again. */
  wakeAll(): void
  /** Sessions being driven, and those that wait for a place. */
  load(): { readonly running: number; readonly queued: number }
  /** Starts nothing more and wakes every driver; resolves when no drive is under way. */
  stop(): Promise<void>
}
