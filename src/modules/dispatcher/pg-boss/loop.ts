import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'

export interface LoopOptions {
  /** For the log: "<what> failed; it will be tried again". */
  readonly what: string
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  readonly run: () => Promise<void>
  /** The longest pause between two runs; absent: it runs when it is asked to, and after a failure. */
  readonly everyMs?: number
}

/** Something that runs again and again, never twice at once, and survives what it meets. */
export interface Loop {
  start(): void
  /** Runs now; when it runs already, once more afterwards. */
  soon(): void
  /** Resolves when no run is under way. */
  stop(): Promise<void>
}

/** How soon a run that failed is repeated. */
const RETRY_MS = 500

/** How far pauses differ, so that processes which started together do not ask together. */
const JITTER = 0.2

export function createLoop({ what, clock, log, run, everyMs }: LoopOptions): Loop {
  let started = false
  let failing = false
  let asked = false
  let current: Promise<void> | undefined
  let cancel = () => {}

  return {
    start() {
      started = true
      soon()
    },
    soon,
    async stop() {
      started = false
      cancel()
      await current
    },
  }

  function soon(): void {
    asked = true
    // After a failure its pause is kept, however often somebody asks.
    if (!started || failing || current !== undefined) return
    go()
  }

  function go(): void {
    cancel()
    current = work().finally(() => {
      current = undefined
      if (started) arm()
    })
  }

  async function work(): Promise<void> {
    do {
      asked = false
      failing = !(await attempt())
    } while (started && asked && !failing)
  }

  async function attempt(): Promise<boolean> {
    try {
      await run()
      if (failing) log.info(`${what} works again`)
      return true
    } catch (error) {
      const level = failing ? 'debug' : 'warn'
      log[level]({ err: error }, `${what} failed; it will be tried again`)
      return false
    }
  }

  function arm(): void {
    if (failing) cancel = clock.setTimer(RETRY_MS, go)
    else if (everyMs !== undefined) {
      cancel = clock.setTimer(everyMs * (1 - Math.random() * JITTER), go)
    }
  }
}
