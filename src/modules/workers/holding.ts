import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { GivenReport, Interactions } from '../interactions/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { Claims } from './claims.ts'
import { type KeptLease, type Leases, leaseOf } from './leases.ts'
import type { Presence } from './presence.ts'
import { refuseBeyondQueues } from './queue-limits.ts'
import type { Queues } from './queues.ts'
import { openIn, whyOver } from './standing.ts'
import type { Heartbeat, WorkerName, Workers } from './types.ts'

export interface HoldingOptions {
  readonly interactions: Pick<Interactions, 'open' | 'tell'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly leases: Leases
  readonly claims: Claims
  readonly presence: Pick<Presence, 'seen'>
  readonly queues: Pick<Queues, 'changed'>
  readonly clock: Clock
}

/** A lease is written anew when this part of it has gone by: who tells often need not write as often. */
const RENEW_PART = 0.2

/** What a worker does with an interaction that it has. */
export function createHolding(options: HoldingOptions): Pick<Workers, 'heartbeat' | 'release'> {
  const { interactions, coordinator, leases, claims, presence, queues, clock } = options

  return {
    async heartbeat(worker, id, beat) {
      for (;;) {
        const lease = await leaseOfWorker(worker, id)
        const { sessionId, queue, leaseMs } = lease.record
        presence.seen(worker, queue, leaseMs)
        const session = await coordinator.current(sessionId)
        const asked = openIn(session, id)
        if (asked === undefined) {
          const stop = whyOver(session?.state, lease.record, id)
          return { leaseUntil: leaseOf(lease).until, stop }
        }
        const kept = await keep(lease)
        // Another heartbeat came in between, or its end.
        if (kept === undefined) continue
        await interactions.tell(asked, reportOf(worker, beat))
        return { leaseUntil: leaseOf(kept).until }
      }
    },
    async release(worker, id) {
      for (;;) {
        const lease = await leaseOfWorker(worker, id)
        const { queue } = lease.record
        if (!(await claims.end(lease, 'returned'))) continue
        queues.changed(worker.tenant, queue)
        return
      }
    },
  }

  /** @throws StepstreamError where it is not this worker’s, or nobody’s */
  async function leaseOfWorker(worker: WorkerName, id: string): Promise<KeptLease> {
    const lease = await leases.get(worker.tenant, id)
    if (lease === undefined) {
      const { interaction } = await interactions.open(worker.tenant, id)
      refuseBeyondQueues(worker, interaction.queue ?? '')
      throw lost(worker, id)
    }
    refuseBeyondQueues(worker, lease.record.queue)
    if (lease.record.worker !== worker.id || lease.record.ended !== undefined)
      throw lost(worker, id)
    return lease
  }

  /** The lease for another while; undefined where it has changed since it was read. */
  async function keep(lease: KeptLease): Promise<KeptLease | undefined> {
    const { record } = lease
    const { until } = leaseOf(lease)
    const now = clock.now()
    const isFresh = until - now > record.leaseMs * (1 - RENEW_PART)
    if (isFresh) return lease
    return leases.change(lease, record, Math.max(until, now + record.leaseMs))
  }
}

function reportOf({ id: worker }: WorkerName, { output, progress }: Heartbeat): GivenReport {
  return { worker, output, ...progress }
}

function lost({ id: worker }: WorkerName, id: string): StepstreamError {
  return new StepstreamError('INTERACTION_LOST', `interaction ${id} is not ${worker}’s`)
}
