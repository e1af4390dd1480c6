import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { Interactions } from '../interactions/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { createChanges } from './changes.ts'
import { createClaims } from './claims.ts'
import { createHolding } from './holding.ts'
import { createLeases, leaseOf } from './leases.ts'
import { Presence } from './presence.ts'
import { refuseBeyondQueues } from './queue-limits.ts'
import { Queues } from './queues.ts'
import { LEASE, leaseRecordOf, queueOfKind, ticketDocument } from './record.ts'
import type { ClaimRequest, Workers } from './types.ts'

export interface WorkersOptions {
  readonly store: Pick<
    Store,
    'document' | 'putDocument' | 'removeDocument' | 'listDocuments' | 'oldestDocuments'
  >
  readonly interactions: Pick<Interactions, 'ask' | 'open' | 'tell'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<StepProcessor, 'claimInteraction' | 'releaseInteraction'>
  readonly agenda: Pick<Agenda, 'on'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** While no process was there nobody could keep a lease: it does not end before its worker had a chance to. */
const START_GRACE_MS = 5000

export function createWorkers(options: WorkersOptions): Workers {
  const { store, interactions, agenda, clock, log } = options
  const leases = createLeases(options)
  const claims = createClaims({ ...options, leases })
  const presence = new Presence(options)
  const queues = new Queues({
    store,
    clock,
    log,
    async take(ticket, claimant) {
      const held = await claims.take(ticket, claimant)
      if (held !== undefined) queues.taken(ticket.tenant, queueOfKind(ticket.kind))
      return held
    },
  })
  const changes = createChanges({ ...options, leases, queues })
  const holding = createHolding({ ...options, leases, claims, presence, queues })
  const startedAt = clock.now()

  agenda.on(LEASE, async (document) => {
    const lease = { document, record: leaseRecordOf(document) }
    const { tenant, dueAt } = document
    const { ended, queue } = lease.record
    const earliest = startedAt + START_GRACE_MS
    if (ended === undefined && (dueAt ?? 0) < earliest) {
      await leases.change(lease, lease.record, earliest)
    } else if (await claims.end(lease, 'lease_lost')) {
      queues.changed(tenant, queue)
    }
  })

  return {
    ask,
    claim,
    heartbeat: holding.heartbeat,
    release: holding.release,
    async leaseOf(tenant, id) {
      const found = await leases.get(tenant, id)
      return found === undefined || found.record.ended !== undefined ? undefined : leaseOf(found)
    },
    list: (tenant, after, limit) => presence.list(tenant, after, limit),
    follow: (tenant, queue) => queues.feed(tenant, queue).follow(),
    changed: changes.changed,
    lookAt: changes.lookAt,
    storeChanged: () => queues.storeChanged(),
    async stop() {
      const changesOver = changes.stop()
      await queues.stop()
      await presence.stop()
      await changesOver
    },
  }

  /** The ticket is there before the step waits, so that no crash in between keeps workers from it. */
  async function ask(...[request, context]: Parameters<Interactions['ask']>) {
    const outcome = await interactions.ask(request, context)
    const { queue } = request
    if (queue === undefined || outcome.status !== 'waiting' || outcome.awaits === undefined) {
      return outcome
    }
    const ticket = ticketDocument(outcome.awaits.id, { ...context, queue, at: context.now() })
    const put = () => store.putDocument(ticket, 0)
    await untilStored(clock, put, () => !context.signal.aborted)
    return outcome
  }

  async function claim(request: ClaimRequest, signal: AbortSignal) {
    const { worker, queue, max, leaseMs, waits: stays } = request
    const { tenant, id } = worker
    refuseBeyondQueues(worker, queue)
    presence.seen(worker, queue, 0)
    const held = await queues
      .line(tenant, queue)
      .join({ worker: id, leaseMs }, { max, stays, signal })
    if (held.length > 0) presence.seen(worker, queue, leaseMs)
    return held
  }
}
