import type { Clock } from '../../../clock.ts'
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

/** Puts all that an owner leaves behind in the queue, for whoever comes first; says how many sessions that were. */
export async function handOver(owner: string, options: TakeoverOptions): Promise<number> {
  const { engine, claims } = options
  let after: string | undefined
  let count = 0
  for (;;) {
    const page = await claims.ownedBy(owner, after, PAGE)
    // A job that the owner held is given back as it is; who had none gets one.
    await engine().giveBack(page.flatMap(({ claim }) => (claim === null ? [] : [jobOfClaim(claim)])))
    await send(page, options)
    await claims.disown(owner, page)
    count += page.length
    after = page.at(-1)?.sessionId
    if (page.length < PAGE) return count
  }
}

async function send(page: readonly Owned[], options: TakeoverOptions): Promise<void> {
  const { engine, timers, clock } = options
  const wakes = page.filter(needsDriver).map(
    ({ sessionId, status, claim }): Wake => ({
      sessionId,
      occasion: status === 'queued' && claim === null ? 'created' : 'changed',
    }),
  )
  if (wakes.length > 0) await engine().insert(wakes)
  const near = clock.now() + NEAR_MS
  const parked = page.flatMap(({ wakeAt: at, ...session }) =>
    at === null || at > near || needsDriver(session) ? [] : [{ sessionId: session.sessionId, at }],
  )
  if (parked.length > 0) await timers.plan(parked)
}

/** What was claimed is driven again, whatever its row says: its driver may have been about to write. */
function needsDriver({ status, claim }: Pick<Owned, 'status' | 'claim'>): boolean {
  return claim !== null || isRunnable(status)
}

export function isRunnable(status: SessionHead['status']): boolean {
  return status === 'queued' || status === 'running' || status === 'cancelling'
}
