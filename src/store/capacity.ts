import type { Outcome } from './write.ts'

/** How many sessions may be under way or wait for a place before new ones are refused. */
export interface Capacity {
  /** How many each process runs at once. */
  readonly running: number
  readonly queued: number
}

/** What a caller is told to wait when too many sessions are queued. */
const QUEUE_FULL_RETRY_MS = 5000

/** What a new session meets when as many as there is room for are unfinished and not parked. */
export function queueFull({ queued }: Capacity): Outcome {
  return {
    kind: 'refused',
    code: 'TOO_MANY_SESSIONS',
    message: `${queued} sessions are queued already`,
    retryAfterMs: QUEUE_FULL_RETRY_MS,
  }
}
