import type { Clock } from '../../../clock.ts'

/** Waits no longer than so many milliseconds; false when it was not done by then. Rejects as `work` does. */
export async function within(clock: Clock, ms: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.setTimer(ms, () => late.resolve(false))
  try {
    return await Promise.race([work.then(() => true), late.promise])
  } finally {
    cancel()
  }
}
