/**
 * What `work` resolves to, unless `signal` aborts first: then it rejects at once with the signal's
 * reason, and what comes of the work later goes to `discard`.
 */
export function unlessAborted<T>(
  signal: AbortSignal,
  work: Promise<T>,
  discard: (late: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason)
    signal.addEventListener('abort', stop, { once: true })
    work
      .then((result) => (signal.aborted ? discard(result) : resolve(result)), reject)
      .finally(() => signal.removeEventListener('abort', stop))
  })
}
