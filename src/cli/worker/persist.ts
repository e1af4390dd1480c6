import { setTimeout as pause } from 'node:timers/promises'
import { Unavailable } from './refusals.ts'
import { tell } from './tell.ts'

/** The first pause before the service is called again, and the longest. */
const FIRST_MS = 250
const LONGEST_MS = 15_000

/** Calls until the service is there, after growing pauses; undefined if it is not before the signal aborts. @throws Refused */
export async function persist<T>(
  call: () => Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  for (let failures = 0; ; failures++) {
    try {
      const result = await call()
      if (failures > 0) tell('the service is there again')
      return result
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      if (signal.aborted) return undefined
      if (failures === 0) tell(`the service is not there, trying again: ${error.message}`)
      await pause(pauseMs(failures, error), undefined, { signal }).catch(() => {})
    }
  }
}

/** Spread, so that not all workers come back at once. */
function pauseMs(failures: number, { retryAfterMs = 0 }: Unavailable): number {
  const longest = Math.min(FIRST_MS * 2 ** failures, LONGEST_MS)
  return Math.max(longest * (0.5 + Math.random() / 2), Math.min(retryAfterMs, LONGEST_MS))
}
