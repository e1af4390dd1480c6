import { persist } from './persist.ts'
import { type RunOptions, runOne } from './run-one.ts'
import { createServiceApi } from './service-api.ts'
import { tell } from './tell.ts'

export interface ServeOptions extends Omit<RunOptions, 'api'> {
  /** Aborts when nothing more is to be taken. */
  readonly stop: AbortSignal
}

/** How long one call waits for work. */
const WAIT_SECONDS = 30

/**
 * Takes what the queue asks for, as much at once as may run, until the signal aborts; resolves when
 * nothing of it runs any more. @throws Refused when the service does not let it
 */
export async function serveQueue(options: ServeOptions): Promise<void> {
  const { queue, workerId, url, concurrency, leaseMs, allow, stop } = options
  const api = createServiceApi(options)
  const running = new Set<Promise<void>>()
  let goOn = () => {}
  stop.addEventListener('abort', () => goOn(), { once: true })
  tell(`${workerId} serves ${queue} of ${url}; it may run: ${allow.join(', ') || 'nothing'}`)
  try {
    while (!stop.aborted) {
      const max = concurrency - running.size
      const claim = { queue, wait: WAIT_SECONDS, max, leaseMs }
      const claimed = max > 0 ? await persist(() => api.claim(claim, stop), stop) : []
      for (const one of claimed ?? []) {
        const run = runOne(one, { ...options, api }).finally(() => {
          running.delete(run)
          goOn()
        })
        running.add(run)
      }
      if (running.size >= concurrency && !stop.aborted) {
        await new Promise<void>((resolve) => {
          goOn = resolve
        })
      }
    }
  } finally {
    await Promise.all(running)
  }
}
