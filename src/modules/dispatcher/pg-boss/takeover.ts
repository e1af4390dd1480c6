import type { Clock } from '../../../clock.ts'
import { runnableSessionStatuses } from '../../../session/status.ts'
import type { SessionClaims, SessionHead } from '../../../store/replica.ts'
import type { SessionEngine, Wake } from './engine.ts'
import { jobOfClaim } from './lease.ts'
import { NEAR_MS, type Timers } from './timers.ts'

export interface TakeoverOptions {
  readonly engine: () => SessionEngine
  readonly claims: SessionClaims
  readonly timers: Pick<Timers, 'plan'>
  readonly clock: Clock
}

type Owned = SessionHead & { readonly claim: string | null }

const PAGE = 500

/** Puts all that an owner leaves behind in the queue, for whoever comes first. */
export async function handOver(owner: string, options: TakeoverOptions): Promise<void> {
  const { engine, claims } = options
  for await (const page of pagesOf(owner, claims)) {
    // Not given back as it is: a job may be that of a session that was new, and by now it has begun.
    await engine().settle(page.flatMap(({ claim }) => (claim === null ? [] : [jobOfClaim(claim)])))
    await send(page, options)
    await claims.disown(owner, page)
  }
}

/**
 * Gives a job to each session of an owner that has none, whether the owner lives or not: where it
 * does, its sessions have theirs, but for those it lets go at this moment, which are then driven
 * for nothing. Says how many sessions the owner has.
 */
export async function sendAgain(owner: string, options: TakeoverOptions): Promise<number> {
  let count = 0
  for await (const page of pagesOf(owner, options.claims)) {
    await send(page, options)
    count += page.length
  }
  return count
}

async function* pagesOf(owner: string, claims: SessionClaims): AsyncGenerator<readonly Owned[]> {
  let after: string | undefined
  for (;;) {
    const page = await claims.ownedBy(owner, after, PAGE)
    if (page.length > 0) yield page
    after = page.at(-1)?.sessionId
    if (page.length < PAGE) return
  }
}

async function send(page: readonly Owned[], options: TakeoverOptions): Promise<void> {
  const { engine, timers, clock } = options
  const wakes = page.filter(needsDriver).map(
    ({ sessionId, status, priority, claim }): Wake => ({
      sessionId,
      priority,
      occasion: status === 'queued' && claim === null ? 'created' : 'changed',
    }),
  )
  if (wakes.length > 0) await engine().insert(wakes)
  const near = clock.now() + NEAR_MS
  const parked = page.flatMap(({ wakeAt: at, ...session }) =>
    at === null || at > near || needsDriver(session)
      ? []
      : [{ sessionId: session.sessionId, priority: session.priority, at }],
  )
  if (parked.length > 0) await timers.plan(parked)
}

/** What was claimed is driven again, whatever its row says: its driver may have been about to write. */
function needsDriver({ status, claim }: Pick<Owned, 'status' | 'claim'>): boolean {
  return claim !== null || isRunnable(status)
}

export function isRunnable(status: SessionHead['status']): boolean {
  return runnableSessionStatuses.includes(status)
}
