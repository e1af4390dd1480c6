import type { FastifyRequest } from 'fastify'
import type { HttpDeps } from './deps.ts'

/** Waits for something; the signal aborts after a time, when the caller leaves, and when the service closes. */
export async function patiently<T>(
  request: FastifyRequest,
  ms: number,
  { clock, closing }: Pick<HttpDeps, 'clock' | 'closing'>,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const abort = () => over.abort()
  const cancelTimer = clock.setTimer(ms, abort)
  request.raw.socket.once('close', abort)
  closing.addEventListener('abort', abort, { once: true })
  if (closing.aborted) abort()
  try {
    return await wait(over.signal)
  } finally {
    cancelTimer()
    request.raw.socket.off('close', abort)
    closing.removeEventListener('abort', abort)
  }
}
