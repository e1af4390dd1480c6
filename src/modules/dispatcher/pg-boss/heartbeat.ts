import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import { ClaimLostError } from '../../../store/types.ts'
import type { SessionEngine } from './engine.ts'
import type { Lease } from './lease.ts'
import { createLoop } from './loop.ts'

export interface HeartbeatOptions {
  readonly engine: () => SessionEngine
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  /** Whether leases end by silence alone; when not, each must be asked for before it is trusted. */
  readonly alive: () => boolean
  /** How old a job may get before another takes its place. */
  readonly renewAfterMs: number
}

export interface Heartbeat {
  start(): void
  hold(leases: readonly Lease[]): void
  drop(leases: readonly Lease[]): void
  /** As `Turn.confirm`. */
  confirm(lease: Lease): Promise<void> | undefined
  /** Asks for all of them now. */
  soon(): void
  /** From now on a database that stays away loses everything, since nobody can wait for it any more. */
  hurry(): void
  stop(): Promise<void>
}

const TOUCH_MS = 3000

/** For how long a touch is proof, from its beginning: half of what the queue waits for the next one. */
const PROOF_MS = 5000

/** How long a process that stops waits for a database that is away. */
const HURRY_MS = 5000

/** Keeps the leases of this process, and learns which were lost. Times are monotonic: timers stand still in a frozen process. */
export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { engine, clock, log, alive, renewAfterMs } = options
  const held = new Set<Lease>()
  let pass = Promise.withResolvers<void>()
  let hurrying = false
  let failingSince: number | undefined
  const loop = createLoop({ what: 'the heartbeat', clock, log, run, everyMs: TOUCH_MS })

  return {
    start: loop.start,
    hold(leases) {
      for (const lease of leases) held.add(lease)
    },
    drop(leases) {
      for (const lease of leases) held.delete(lease)
    },
    confirm(lease) {
      if (lease.lost) throw new ClaimLostError(lease.sessionId)
      if (alive() && performance.now() - lease.touchedAt < PROOF_MS) return undefined
      return ask(lease)
    },
    soon: loop.soon,
    hurry() {
      hurrying = true
    },
    stop: loop.stop,
  }

  async function ask(lease: Lease): Promise<void> {
    const asked = performance.now()
    while (!lease.lost && lease.touchedAt < asked) {
      loop.soon()
      await pass.promise
    }
    if (lease.lost) throw new ClaimLostError(lease.sessionId)
  }

  async function run(): Promise<void> {
    try {
      await touch()
      failingSince = undefined
    } catch (error) {
      failingSince ??= performance.now()
      if (hurrying && performance.now() - failingSince >= HURRY_MS) loseAll()
      throw error
    } finally {
      pass.resolve()
      pass = Promise.withResolvers()
    }
  }

  async function touch(): Promise<void> {
    const leases = [...held].filter((lease) => !lease.lost)
    if (leases.length === 0) return
    const began = performance.now()
    const ours = await engine().touch(leases.map(({ job }) => job))
    for (const lease of leases) {
      if (ours.has(lease.job.id)) lease.touchedAt = began
      // One that was settled meanwhile is no loss.
      else if (held.has(lease)) lease.lose()
    }
    await renewOld(began)
  }

  /** The queue takes a job back after a day, touched or not. */
  async function renewOld(now: number): Promise<void> {
    for (const lease of held) {
      if (lease.lost || now - lease.fetchedAt < renewAfterMs) continue
      const job = await engine().renew(lease.job, lease.sessionId)
      if (job === undefined) continue
      lease.job = job
      lease.fetchedAt = now
    }
  }

  function loseAll(): void {
    for (const lease of held) lease.lose()
  }
}
