import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { SessionClaims, SessionHead } from '../../../store/replica.ts'
import { untilStored } from '../../../until-stored.ts'
import type { Drives } from './drives.ts'
import type { SessionEngine } from './engine.ts'
import type { Heartbeat } from './heartbeat.ts'
import { Lease } from './lease.ts'
import { createLoop, type Loop } from './loop.ts'
import type { Outbox } from './outbox.ts'

export interface ClaimingOptions {
  readonly engine: () => SessionEngine
  readonly claims: SessionClaims
  readonly heartbeat: Heartbeat
  readonly drives: Drives
  readonly outbox: Pick<Outbox, 'sent'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  readonly pollMs: number
  readonly mayFetch: () => boolean
  /** Nothing is waited for any more. */
  readonly stopping: () => boolean
  /** The session has ended or is gone: its job is to be settled. */
  readonly onGone: (lease: Lease) => void
}

const BATCH = 250

/** Takes sessions from the queue into free places: fetched, claimed in their rows, driven. */
export function createClaiming(options: ClaimingOptions): Loop {
  const { engine, claims, heartbeat, drives, outbox, clock, log, pollMs, mayFetch, stopping } =
    options
  return createLoop({ what: 'fetching sessions', clock, log, run, everyMs: pollMs })

  async function run(): Promise<void> {
    for (;;) {
      // So that what has begun is there before what is new is taken.
      await outbox.sent()
      const limit = Math.min(drives.free, BATCH)
      if (limit === 0 || !mayFetch()) return
      const began = performance.now()
      const jobs = await engine().fetch(limit)
      const leases = jobs.map((job) => new Lease(job.sessionId, job, began))
      if (leases.length > 0) await take(leases)
      if (leases.length < limit) return
    }
  }

  async function take(leases: readonly Lease[]): Promise<void> {
    if (!mayFetch()) return engine().giveBack(leases.map(({ job }) => job))
    heartbeat.hold(leases)
    drives.reserve(leases.length)
    try {
      const heads = await claim(leases)
      for (const lease of leases) {
        const head = heads.get(lease.sessionId)
        if (head !== undefined) drives.begin(lease, head.lastSeq)
        else giveUp(lease)
      }
    } catch (error) {
      // Nobody knows whether they are claimed; who falls silent loses them.
      heartbeat.drop(leases)
      drives.freeUp(leases.length)
      throw error
    }
  }

  async function claim(leases: readonly Lease[]): Promise<ReadonlyMap<string, SessionHead>> {
    const heads = await untilStored(
      clock,
      () => claims.claim(leases),
      () => !stopping(),
    )
    return new Map(heads.map((head) => [head.sessionId, head]))
  }

  function giveUp(lease: Lease): void {
    drives.freeUp(1)
    options.onGone(lease)
  }
}
