import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { SessionClaims, SessionHead } from '../../../store/replica.ts'
import type { ClaimedTurn } from './claimed-turn.ts'
import type { SessionEngine } from './engine.ts'
import type { Lease } from './lease.ts'
import { createLoop } from './loop.ts'

export interface SettlingOptions<Ended> {
  readonly engine: () => SessionEngine
  readonly claims: SessionClaims
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  /** The job is gone; `head` is the session as it was let go, undefined when it was not held any more. */
  readonly onSettled: (ended: Ended, head: SessionHead | undefined) => void
}

export interface EndedTurn {
  readonly lease: Lease
  /** Absent where the session was not driven, since it had ended before. */
  readonly turn?: ClaimedTurn
}

/** Lets go of what was driven: first the job, then the claim, so that a wake in between makes a new job. */
export interface Settling<Ended> {
  start(): void
  add(ended: Ended): void
  /** Resolves when what was added before is settled. */
  emptied(): Promise<void>
  stop(): Promise<void>
}

/** How long a drive that ended waits for others, to be settled by one statement. */
const GATHER_MS = 2
const BATCH = 1000

export function createSettling<Ended extends EndedTurn>(
  options: SettlingOptions<Ended>,
): Settling<Ended> {
  const { engine, claims, clock, log, onSettled } = options
  const waiting: Ended[] = []
  let emptied = Promise.withResolvers<void>()
  const loop = createLoop({ what: 'settling sessions', clock, log, run })

  return {
    start: loop.start,
    add(ended) {
      waiting.push(ended)
      loop.soon()
    },
    emptied: () => (waiting.length === 0 ? Promise.resolve() : emptied.promise),
    stop: loop.stop,
  }

  async function run(): Promise<void> {
    await new Promise<void>((resolve) => clock.setTimer(GATHER_MS, resolve))
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      const heads = await settle(batch)
      waiting.splice(0, batch.length)
      for (const ended of batch) onSettled(ended, heads.get(ended.lease.sessionId))
    }
    emptied.resolve()
    emptied = Promise.withResolvers()
  }

  /** Both statements may be repeated when it is not known whether they went through: they are fenced. */
  async function settle(batch: readonly Ended[]): Promise<ReadonlyMap<string, SessionHead>> {
    await engine().settle(batch.map(({ lease }) => lease.job))
    const heads = await claims.release(batch.map(({ lease }) => lease))
    return new Map(heads.map((head) => [head.sessionId, head]))
  }
}
