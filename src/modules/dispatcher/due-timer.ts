import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { SessionToDrive, Store } from '../../store/types.ts'
import { sleepUntil } from './sleep-until.ts'

export interface DueTimerOptions {
  readonly store: Pick<Store, 'due' | 'nextWakeAt'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
  readonly onDue: (due: readonly SessionToDrive[]) => void
}

export interface DueTimer {
  /** Looks for what is due now, then waits for the next; resolves when it has looked. */
  start(): Promise<void>
  /** Something falls due at this time (ms since the epoch). */
  arm(at: number): void
  stop(): void
}

/** How many sessions are taken from the store at once. */
const PAGE = 1000

/** How soon due timers are looked for again while earlier ones are still being worked off. */
const RECHECK_MS = 100

/** How soon they are looked for again when the store could not say. */
const RETRY_MS = 500

/** One timer for all that is parked: their times are in the store. */
export function createDueTimer({ store, clock, log, onDue }: DueTimerOptions): DueTimer {
  let timer: { readonly at: number; readonly cancel: () => void } | undefined
  let stopped = false

  return {
    start: look,
    arm,
    stop() {
      stopped = true
      timer?.cancel()
    },
  }

  async function look(): Promise<void> {
    timer = undefined
    try {
      const due = await store.due(clock.now(), PAGE)
      if (stopped) return
      onDue(due)
      const nextAt = await store.nextWakeAt()
      if (nextAt === undefined) return
      arm(Math.max(nextAt, clock.now() + (due.length > 0 ? RECHECK_MS : 0)))
    } catch (error) {
      log.error({ err: error }, 'reading the due timers failed; it will be tried again')
      arm(clock.now() + RETRY_MS)
    }
  }

  function arm(at: number): void {
    if (stopped || (timer !== undefined && timer.at <= at)) return
    timer?.cancel()
    timer = { at, cancel: sleepUntil(clock, at, () => void look()) }
  }
}
