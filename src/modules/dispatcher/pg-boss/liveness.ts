import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { Lifeline, SessionClaims } from '../../../store/replica.ts'
import { createLoop } from './loop.ts'

export interface LivenessOptions {
  readonly lifeline: Lifeline
  readonly claims: SessionClaims
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  /** Called whenever the lock is ours again. */
  readonly onHeld: () => void
  /** False while others may be on their way back: nobody is looked after then. */
  readonly settled: () => boolean
  /** Called with an owner that is dead, while its lock is ours; when it rejects the owner is found again. */
  readonly onDead: (owner: string) => Promise<void>
}

/**
 * A process is alive as long as it holds the lock of its name: the database frees it when the
 * process' lifeline breaks, so that others learn of a death at once and not by a missed heartbeat.
 */
export interface Liveness {
  /** Whether others see that this process is alive. */
  readonly held: boolean
  /** For how long they have. */
  heldFor(ms: number): boolean
  /** Whether they have ever since they first did. */
  readonly unbroken: boolean
  start(): void
  /** Looks after nobody any more; the lock stays. */
  stop(): Promise<void>
  /** Dies, as far as others can see. */
  release(): Promise<void>
}

const LOOK_MS = 1000

/** A process that only lost its connection has taken its lock back within this. */
const GRACE_MS = 800

/** Our former connection may hold the lock for a moment yet, and so may another that looks after us. */
const RETRY_MS = 100

export function createLiveness(options: LivenessOptions): Liveness {
  const { lifeline, claims, clock, log, onHeld, settled, onDead } = options
  const { owner } = claims
  let heldSince: number | undefined
  let losses = 0
  /** Counts connections: a lock that is asked for twice on one is held twice. */
  let connection = 0
  let over = false
  let released = false
  const loop = createLoop({ what: 'looking for dead replicas', clock, log, run, everyMs: LOOK_MS })

  return {
    get held() {
      return heldSince !== undefined
    },
    heldFor: (ms) => heldSince !== undefined && performance.now() - heldSince >= ms,
    get unbroken() {
      return heldSince !== undefined && losses === 0
    },
    start() {
      lifeline.onLost(() => {
        connection += 1
        losses += 1
        heldSince = undefined
      })
      lifeline.onConnect(() => {
        connection += 1
        void takeLock(connection)
      })
      loop.start()
    },
    async stop() {
      over = true
      await loop.stop()
    },
    async release() {
      released = true
      if (heldSince !== undefined) await unlock([owner])
      heldSince = undefined
    },
  }

  async function takeLock(mine: number): Promise<void> {
    let locked = false
    while (mine === connection && !released) {
      try {
        locked ||= (await tryLock([owner])).length > 0
        if (locked) {
          await claims.register()
          if (mine !== connection) return
          heldSince = performance.now()
          onHeld()
          return
        }
      } catch (error) {
        log.warn({ err: error }, 'taking the lock of this replica failed; it will be tried again')
      }
      await pause(RETRY_MS)
    }
  }

  async function run(): Promise<void> {
    if (heldSince === undefined || !settled()) return
    const others = await claims.others()
    if (others.length === 0) return
    const suspects = await glance(others)
    if (suspects.length === 0) return
    await pause(GRACE_MS)
    if (over) return
    const dead = await tryLock(suspects)
    try {
      for (const gone of dead) {
        log.warn({ owner: gone }, 'a replica is dead: its sessions go to others')
        await onDead(gone)
        await claims.unregister(gone)
      }
    } finally {
      await unlock(dead)
    }
  }

  /** Which locks nobody holds, without keeping any. */
  async function glance(owners: readonly string[]): Promise<readonly string[]> {
    const rows = await lifeline.query<{ owner: string }>(
      `SELECT owner FROM (
         SELECT owner, CASE WHEN pg_try_advisory_lock(owner::bigint)
           THEN pg_advisory_unlock(owner::bigint) ELSE false END AS free
         FROM unnest($1::text[]) AS owner OFFSET 0
       ) AS looked WHERE free`,
      [owners],
    )
    return rows.map((row) => row.owner)
  }

  async function tryLock(owners: readonly string[]): Promise<readonly string[]> {
    const rows = await lifeline.query<{ owner: string; locked: boolean }>(
      'SELECT owner, pg_try_advisory_lock(owner::bigint) AS locked FROM unnest($1::text[]) AS owner',
      [owners],
    )
    return rows.filter(({ locked }) => locked).map((row) => row.owner)
  }

  async function unlock(owners: readonly string[]): Promise<void> {
    if (owners.length === 0) return
    // The locks of a connection that is gone are free.
    if (!lifeline.connected) return
    await lifeline.query(
      'SELECT pg_advisory_unlock(owner::bigint) FROM unnest($1::text[]) AS owner',
      [owners],
    )
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => clock.setTimer(ms, resolve))
  }
}
