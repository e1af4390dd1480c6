import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { errors, StepstreamError } from '../../errors.ts'
import type { Commit } from '../../store/types.ts'
import { canFire, type LookOptions, lookIntoLog } from './look.ts'

export interface WatchOptions extends LookOptions {
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'error'>
}

/** How long a tenant's log rests between two looks. */
const REST_MS = 100

/** How long a tenant is taken to have no hooks that events fire; elsewhere one may have been made. */
const UNWATCHED_MS = 5000

/** Looks into the logs of tenants when there is something new. */
export interface Watch {
  /** Looks now; what comes while it looks is looked for as well. @throws what may work later */
  look(tenant: string): Promise<void>
  /** Has the tenants of these commits looked at soon. Never throws. */
  publish(commits: readonly Commit[]): void
  /** The tenant has hooks that events fire. */
  begin(tenant: string): void
  /** Resolves when no look is under way. */
  stop(): Promise<void>
}

interface Look {
  again: boolean
  readonly done: Promise<void>
}

export function createWatch(options: WatchOptions): Watch {
  const { clock, log } = options
  const looks = new Map<string, Look>()
  const timers = new Map<string, () => void>()
  /** When the next look may be, by tenant. */
  const restsUntil = new Map<string, number>()
  let isStopped = false

  return {
    look,
    publish(commits) {
      for (const { tenant, status, events } of commits) {
        // All of these events change the status.
        if (status !== undefined && !timers.has(tenant) && events.some(canFire)) wake(tenant)
      }
    },
    begin: (tenant) => void restsUntil.delete(tenant),
    async stop() {
      isStopped = true
      for (const cancel of timers.values()) cancel()
      await Promise.allSettled([...looks.values()].map(({ done }) => done))
    },
  }

  function wake(tenant: string): void {
    if (isStopped) return
    const restMs = (restsUntil.get(tenant) ?? 0) - clock.now()
    if (restMs > REST_MS) return
    const fire = () => {
      timers.delete(tenant)
      look(tenant).catch((error: unknown) => {
        // The agenda looks again, and reports what it meets.
        if (!isPassing(error)) log.error({ err: error, tenant }, 'the hooks missed a look')
      })
    }
    timers.set(tenant, clock.setTimer(Math.max(restMs, 0), fire))
  }

  function look(tenant: string): Promise<void> {
    const running = looks.get(tenant)
    if (running !== undefined) {
      running.again = true
      return running.done
    }
    const done = Promise.resolve().then(() => lookOn(tenant))
    looks.set(tenant, { again: true, done })
    return done
  }

  async function lookOn(tenant: string): Promise<void> {
    let restMs = REST_MS
    try {
      for (let it = looks.get(tenant); it?.again && !isStopped; ) {
        it.again = false
        restMs = (await lookIntoLog(tenant, options)) ? REST_MS : UNWATCHED_MS
      }
    } finally {
      looks.delete(tenant)
      restsUntil.set(tenant, clock.now() + restMs)
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof StepstreamError && errors[error.code].retryable
}
