import type { Clock } from '../../clock.ts'

/** How far a timer is trusted: while a machine is asleep its clock goes on and its timers stand still. */
const LONGEST_SLEEP_MS = 30_000

/**
 * Calls `wakeUp` at a time (ms since the epoch); the returned function cancels it. Sleeps in short
 * stretches, so that what falls due while the machine is asleep is not late by all that time.
 */
export function sleepUntil(clock: Clock, at: number, wakeUp: () => void): () => void {
  const sleep = () => clock.setTimer(Math.min(at - clock.now(), LONGEST_SLEEP_MS), look)
  const look = () => {
    if (clock.now() < at) cancel = sleep()
    else wakeUp()
  }
  let cancel = sleep()
  return () => cancel()
}
