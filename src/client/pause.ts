/** Before the first word of the service on how long to wait, in ms. */
export const FIRST_RETRY_MS = 1000

const LONGEST_MS = 30_000

/**
 * How long to wait before the next connection, in ms: what the service asks for, doubled with each
 * connection that came to nothing, and up to half as long again, so that not all come back at once.
 * @param failures how many connections in a row came to nothing
 * @param random in [0, 1)
 */
export function pauseMs(retryMs: number, failures: number, random: number): number {
  const longest = Math.max(LONGEST_MS, retryMs)
  return Math.min(retryMs * 2 ** Math.min(failures, 30), longest) * (1 + random / 2)
}

/** @throws the reason of the signal, as soon as it is aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
