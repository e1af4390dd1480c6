import type { Clock } from './clock.ts'
import { StepstreamError } from './errors.ts'

/** How long to wait before the store is asked again after it refused. */
const AGAIN_MS = 500

/**
 * Asks the store as often as it needs: a full disk must cost neither an outcome nor a session its
 * driver.
 * @param mayRefuse is told of each refusal and says whether to go on asking
 * @throws what `ask` throws, when it is no refusal of the store or asking is over
 */
export async function untilStored<T>(
  clock: Clock,
  ask: () => Promise<T>,
  mayRefuse: (refusal: StepstreamError) => boolean,
): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const refused = error instanceof StepstreamError && error.code === 'STORAGE_UNAVAILABLE'
      if (!refused || !mayRefuse(error)) throw error
      await new Promise<void>((resolve) => clock.setTimer(AGAIN_MS, resolve))
    }
  }
}
