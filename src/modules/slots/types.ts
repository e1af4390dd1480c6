import type { CurrentSession } from '../session-coordinator/types.ts'

/** A concurrency key of a tenant. */
export interface SlotKey {
  readonly tenant: string
  readonly key: string
}

/**
 * Who may run under a concurrency key. What decides is one document for each key, with the ids of
 * the sessions let in: one is in from before it begins until it has ended, whatever it waits for.
 */
export interface Slots {
  /**
   * Lets a queued session in, if there is room and nobody waits before it, of its priority or a higher one; one that is in is let in
   * again. @throws StepstreamError STORAGE_UNAVAILABLE
   */
  enter(session: CurrentSession): Promise<boolean>
  /** Starts the sessions that wait for a key, as far as there is room: by priority, then the oldest first. */
  admit(key: SlotKey): Promise<void>
  /** A session has ended: whoever waits for its place follows, soon. */
  ended(session: CurrentSession): void
  /** Whether a key has no room now; who asks has no claim on the answer. */
  isFull(key: SlotKey, limit: number): Promise<boolean>
  /** The sessions that are in, the first that came first. */
  holders(key: SlotKey): Promise<readonly string[]>
  /** Resolves when nothing is under way. */
  stop(): Promise<void>
}
