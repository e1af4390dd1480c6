/** What became of a session that was driven. */
export interface Parked {
  /** ms since the epoch; when it must be driven again by itself. */
  readonly wakeAt?: number
}

/** Drives a session until it parks or ends. */
export type Drive = (sessionId: string) => Promise<Parked>

/**
 * Hands each runnable session to one driver at a time, as many at once as `MAX_SESSIONS_RUNNING`
 * allows, and wakes parked ones when their timer is due. Level-triggered: waking a session that is
 * being driven makes the driver look again.
 */
export interface Dispatcher {
  /** Begins to drive, starting with what the store says is runnable or due. */
  start(drive: Drive): void
  /** The session may have something to do. */
  wake(sessionId: string): void
  /** Sessions being driven, and those that wait for a place. */
  load(): { readonly running: number; readonly queued: number }
  /** Starts nothing more; resolves when no drive is under way. */
  stop(): Promise<void>
}
