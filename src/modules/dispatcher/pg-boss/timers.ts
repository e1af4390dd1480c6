import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { DueTimer, SessionEngine } from './engine.ts'
import { createLoop } from './loop.ts'

export interface TimersOptions {
  readonly engine: () => SessionEngine
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  readonly pollMs: number
  readonly mayFetch: () => boolean
  /** Resolves when the sessions are driven or in the queue. */
  readonly onDue: (due: readonly DueSession[]) => Promise<void>
}

export interface DueSession {
  readonly sessionId: string
  readonly priority: number
}

/** A time at which a session must be driven. */
export interface Timer extends DueSession {
  /** ms since the epoch. */
  readonly at: number
}

/** Deferred wake-ups, held by pg-boss in a queue of their own and worked off by whoever is first. */
export interface Timers {
  start(): void
  /** Rejects when the database does not take them. */
  plan(timers: readonly Timer[]): Promise<void>
  /** Plans it, as soon as the database takes it. */
  add(timer: Timer): void
  /** Resolves when what was added before is planned. */
  emptied(): Promise<void>
  stop(): Promise<void>
}

/**
 * How far ahead timers are in the queue. Later ones are in the sessions' rows alone, where they
 * cost nothing; the sweep brings them in when they come near.
 */
export const NEAR_MS = 20_000

const BATCH = 250

/** How exactly this process remembers when the next timer is due. */
const GRAIN_MS = 10

/**
 * A session's timers are jobs beside the one that drives it, so that the queue of sessions holds
 * only what can be driven now: there is nothing to pull forward when a session is woken early, and
 * a timer that was overtaken wakes a session for nothing, which does no harm.
 */
export function createTimers(options: TimersOptions): Timers {
  const { engine, clock, log, pollMs, mayFetch, onDue } = options
  /** When timers that were planned here are due, by this host's clock: a bounded set of moments. */
  const moments = new Set<number>()
  let alarm: { readonly at: number; readonly cancel: () => void } | undefined
  const added: Timer[] = []
  let emptied = Promise.withResolvers<void>()
  const looking = createLoop({ what: 'looking for due timers', clock, log, run, everyMs: pollMs })
  const planning = createLoop({ what: 'planning timers', clock, log, run: planAdded })

  return {
    start() {
      looking.start()
      planning.start()
    },
    plan,
    add(timer) {
      added.push(timer)
      planning.soon()
    },
    emptied: () => (added.length === 0 ? Promise.resolve() : emptied.promise),
    async stop() {
      alarm?.cancel()
      moments.clear()
      await Promise.all([looking.stop(), planning.stop()])
    },
  }

  async function plan(timers: readonly Timer[]): Promise<void> {
    const now = clock.now()
    const planned = timers.map(({ sessionId, priority, at }) => ({
      sessionId,
      priority,
      at,
      inMs: Math.ceil(Math.max(at - now, 0)),
    }))
    await engine().insertTimers(planned)
    // By now the database has begun to count, so that here it is due no earlier than there.
    for (const timer of planned) remember(timer)
    setAlarm()
  }

  async function planAdded(): Promise<void> {
    while (added.length > 0) {
      const batch = added.slice(0, BATCH)
      await plan(batch)
      added.splice(0, batch.length)
    }
    emptied.resolve()
    emptied = Promise.withResolvers()
  }

  function remember({ inMs }: DueTimer): void {
    if (inMs > NEAR_MS) return
    const at = clock.now() + inMs
    moments.add(Math.ceil(at / GRAIN_MS) * GRAIN_MS)
  }

  function setAlarm(): void {
    let next = Number.POSITIVE_INFINITY
    for (const moment of moments) next = Math.min(next, moment)
    if (alarm?.at === next) return
    alarm?.cancel()
    alarm = undefined
    if (next === Number.POSITIVE_INFINITY) return
    alarm = { at: next, cancel: clock.setTimer(next - clock.now(), ring) }
  }

  function ring(): void {
    alarm = undefined
    const now = clock.now()
    for (const moment of moments) if (moment <= now) moments.delete(moment)
    setAlarm()
    looking.soon()
  }

  async function run(): Promise<void> {
    for (;;) {
      if (!mayFetch()) return
      const jobs = await engine().fetchTimers(BATCH)
      if (jobs.length === 0) return
      const due = new Map(jobs.map((job) => [job.sessionId, job]))
      await onDue([...due.values()])
      await engine().settleTimers(jobs)
      if (jobs.length < BATCH) return
    }
  }
}
