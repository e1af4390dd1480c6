/** Removes what has been kept long enough, in small batches, now and then. */
export interface Retention {
  start(): void
  /** Removes all that is due now; resolves when nothing is left to remove. */
  sweep(): Promise<void>
  stop(): void
}
