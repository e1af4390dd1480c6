import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Interactions } from '../interactions/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import type { Claims } from './claims.ts'
import { type KeptLease, type Leases, leaseOf } from './leases.ts'
import type { Presence } from './presence.ts'
import { refuseBeyondQueues } from './queue-limits.ts'
import type { Queues } from './queues.ts'
import { reportsOf } from './reports.ts'
import { openIn, whyOver } from './standing.ts'
import type { WorkerName, Workers } from './types.ts'

export interface HoldingOptions {
  readonly interactions: Pick<Interactions, 'open'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<StepProcessor, 'report'>
  readonly leases: Leases
  readonly claims: Claims
  readonly presence: Pick<Presence, 'seen'>
  readonly queues: Pick<Queues, 'changed'>
  readonly clock: Clock
  readonly outputLimitBytes: number
  /** Takes secrets out of what is said. */
  readonly maskText: (text: string) => string
}

/** A lease is written anew when this part of it has gone by: who tells much need not write as often. */
const RENEW_PART = 0.2

/** What a worker does with an interaction that it has. */
export function createHolding(options: HoldingOptions): Pick<Workers, 'heartbeat' | 'release'> {
  const { interactions, coordinator, processor, leases, claims, presence, queues, clock } = options

  return {
    async heartbeat(worker, id, beat) {
      for (;;) {
        const lease = await leaseOfWorker(worker, id)
        const { sessionId, stepId, attempt, queue, leaseMs } = lease.record
        presence.seen(worker, queue, leaseMs)
        const session = await coordinator.current(sessionId)
        if (openIn(session, id) === undefined) {
          const stop = whyOver(session?.state, lease.record, id)
          return { leaseUntil: leaseOf(lease).until, stop }
        }
        const { reports, told } = reportsOf(beat, {
          told: lease.record.told,
          limitBytes: options.outputLimitBytes,
          maskText: options.maskText,
        })
        const kept = await keep(lease, told)
        // Another heartbeat came in between, or its end.
        if (kept === undefined) continue
        if (reports.length > 0) await processor.report(sessionId, { stepId, attempt }, reports)
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
  async function keep(lease: KeptLease, told: number): Promise<KeptLease | undefined> {
    const { record } = lease
    const { until } = leaseOf(lease)
    const now = clock.now()
    const isFresh = until - now > record.leaseMs * (1 - RENEW_PART)
    if (isFresh && told === record.told) return lease
    return leases.change(lease, { ...record, told }, Math.max(until, now + record.leaseMs))
  }
}

function lost({ id: worker }: WorkerName, id: string): StepstreamError {
  return new StepstreamError('INTERACTION_LOST', `interaction ${id} is not ${worker}’s`)
}
