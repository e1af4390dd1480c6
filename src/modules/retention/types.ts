/** Removes what has been kept long enough, in small batches; somebody must ask for it now and then. */
export interface Retention {
  /** Removes all that is due now; resolves when nothing is left to remove. */
  sweep(): Promise<void>
  /** Ends a sweep that is under way with its batch; there is no other after it. */
  stop(): void
}
