/**
 * Time as an argument: everything that needs "now" or a timer takes a `Clock`, so that tests move
 * time instead of sleeping.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Calls `fire` once, `delayMs` from now; the returned function cancels it. Delays beyond what the
   * platform's timer holds (24.8 days) fire early, so a caller must look at `now()` again.
   */
  setTimer(delayMs: number, fire: () => void): () => void
}

/** The largest delay `setTimeout` takes before it overflows and fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, fire) {
    const timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), MAX_TIMER_MS))
    return () => clearTimeout(timer)
  },
}
