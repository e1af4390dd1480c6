import type { Clock } from '../../../clock.ts'

/** Waits no longer than so many milliseconds; false when it was not done by then, or failed. */
export async function within(clock: Clock, ms: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const cancel = clock.setTimer(ms, () => late.resolve(false))
  const done = work.then(
    () => true,
    () => false,
  )
  const inTime = await Promise.race([done, late.promise])
  cancel()
  return inTime
}
