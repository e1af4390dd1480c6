import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { SessionClaims } from '../../../store/replica.ts'
import type { SessionEngine } from './engine.ts'
import { createLoop, type Loop } from './loop.ts'
import { sendAgain } from './takeover.ts'
import type { Timers } from './timers.ts'

export interface AuditOptions {
  readonly engine: () => SessionEngine
  readonly claims: SessionClaims
  readonly timers: Pick<Timers, 'plan'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  /** Nothing else would tell that an owner is dead: one that has nothing is forgotten, and comes back if it lives. */
  readonly forget: boolean
}

const EVERY_MS = 30_000

/**
 * Looks through the sessions of every owner for those that have no job: the owner died, or froze,
 * between two statements, or the job was lost. Where deaths are noticed by locks this is the last
 * of several nets.
 */
export function createAudit(options: AuditOptions): Loop {
  const { claims, clock, log, forget } = options
  let isFirst = true
  return createLoop({
    what: 'looking through owned sessions',
    clock,
    log,
    run,
    everyMs: EVERY_MS,
  })

  async function run(): Promise<void> {
    if (forget) await claims.register()
    // An owner that has just begun has lost nothing yet.
    if (!isFirst) await sendAgain(claims.owner, options)
    isFirst = false
    for (const owner of await claims.others()) {
      const sessions = await sendAgain(owner, options)
      if (forget && sessions === 0) await claims.unregister(owner)
    }
  }
}
