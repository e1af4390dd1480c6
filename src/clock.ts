/**
 * Time as an argument: everything that needs "now" or a timer takes a `Clock`, so that tests move
 * time instead of sleeping.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /**
   * Calls `fire` once, `delayMs` from now, however far that is; the returned function cancels it.
   */
  setTimer(delayMs: number, fire: () => void): () => void
}

/** The largest delay `setTimeout` takes before it overflows and fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimer(delayMs, fire) {
    if (delayMs > MAX_TIMER_MS) return setLongTimer(Date.now() + delayMs, fire)
    const timer = setTimeout(fire, Math.max(delayMs, 0))
    return () => clearTimeout(timer)
  },
}

/** Waits in stretches that the platform's timer can hold. */
function setLongTimer(at: number, fire: () => void): () => void {
  let cancel = () => {}
  const arm = () => {
    const rest = at - Date.now()
    cancel =
      rest > MAX_TIMER_MS
        ? systemClock.setTimer(MAX_TIMER_MS, arm)
        : systemClock.setTimer(rest, fire)
  }
  arm()
  return () => cancel()
}
