import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../../clock.ts'
import type { SessionClaims, SessionHead } from '../../../store/replica.ts'
import type { SessionEngine, Wake } from './engine.ts'
import { createLoop, type Loop } from './loop.ts'
import { isRunnable } from './takeover.ts'
import { NEAR_MS, type Timers } from './timers.ts'

export interface SweepOptions {
  readonly engine: () => SessionEngine
  readonly claims: SessionClaims
  readonly timers: Pick<Timers, 'plan'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'debug' | 'info' | 'warn'>
  readonly onInserted: (count: number) => void
}

const EVERY_MS = 5000
const PAGE = 500

/** How many pages one pass reads before it leaves the rest to the next one. */
const PAGES = 20

/**
 * Compares the sessions without an owner with the queue: brings in timers that come near, and what
 * should be in the queue and was lost on the way, since jobs that are there are skipped.
 */
export function createSweep(options: SweepOptions): Loop {
  const { engine, claims, timers, clock, log, onInserted } = options
  let after: string | undefined
  return createLoop({ what: 'the sweep', clock, log, run, everyMs: EVERY_MS })

  async function run(): Promise<void> {
    for (let count = 0; count < PAGES; count++) {
      const page = await claims.unowned(clock.now() + NEAR_MS, after, PAGE)
      await send(page)
      after = page.length < PAGE ? undefined : page.at(-1)?.sessionId
      if (after === undefined) return
    }
  }

  async function send(page: readonly SessionHead[]): Promise<void> {
    const now = clock.now()
    const ready = page.filter((head) => isReady(head, now))
    if (ready.length > 0) {
      onInserted(await engine().insert(ready.map(toWake)))
    }
    const coming = page.flatMap((head) =>
      isReady(head, now) || head.wakeAt === null
        ? []
        : [{ sessionId: head.sessionId, priority: head.priority, at: head.wakeAt }],
    )
    if (coming.length > 0) await timers.plan(coming)
  }
}

function toWake({ sessionId, status, priority }: SessionHead): Wake {
  return { sessionId, occasion: status === 'queued' ? 'created' : 'changed', priority }
}

function isReady({ status, wakeAt }: SessionHead, now: number): boolean {
  return isRunnable(status) || (wakeAt !== null && wakeAt <= now)
}
