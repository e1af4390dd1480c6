import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { type SessionState, stepAt } from '../../session/state.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { Agenda } from '../agenda/types.ts'
import type { Interactions, OpenInteraction } from '../interactions/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { createClaims } from './claims.ts'
import { createHolding } from './holding.ts'
import { createLeases, leaseOf } from './leases.ts'
import { Presence } from './presence.ts'
import { refuseBeyondQueues } from './queue-limits.ts'
import { Queues } from './queues.ts'
import { kindOf, LEASE, leaseRecordOf, ticketDocument, ticketOf } from './record.ts'
import { openAt, unclaimedIn } from './standing.ts'
import type { ClaimRequest, Workers } from './types.ts'

export interface WorkersOptions {
  readonly store: Pick<
    Store,
    'document' | 'putDocument' | 'removeDocument' | 'listDocuments' | 'oldestDocuments'
  >
  readonly interactions: Pick<Interactions, 'ask' | 'open' | 'tell'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<StepProcessor, 'claimInteraction' | 'releaseInteraction'>
  readonly agenda: Pick<Agenda, 'on' | 'soon'>
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
      // It may fall due before the agenda would have looked.
      if (held !== undefined) agenda.soon()
      if (held?.interaction.queue !== undefined)
        queues.changed(ticket.tenant, held.interaction.queue)
      return held
    },
  })
  const holding = createHolding({ ...options, leases, claims, presence, queues })
  const underWay = new Set<Promise<void>>()
  const startedAt = clock.now()
  let isStopped = false

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
    changed,
    lookAt,
    storeChanged: () => queues.storeChanged(),
    async stop() {
      isStopped = true
      await queues.stop()
      await presence.stop()
      await Promise.all(underWay)
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

  function changed(session: CurrentSession, before: SessionState): void {
    const { state, record } = session
    if (isStopped) return
    const isPaused = state.status === 'paused'
    const wasPaused = before.status === 'paused'
    if (state.awaiting !== before.awaiting) {
      tellOfNew(session, before)
      tidyGone(session, before)
    }
    const waitsAgain = state.status === 'waiting' && before.status !== 'waiting'
    if (isPaused && !wasPaused) {
      for (const open of unclaimedIn({ record, state: before })) inBackground(open, withdraw)
    } else if (!isPaused && (wasPaused || (waitsAgain && state.awaiting === before.awaiting))) {
      for (const open of unclaimedIn(session)) inBackground(open, putBack)
    }
  }

  /** Their tickets were there before. */
  function tellOfNew(session: CurrentSession, before: SessionState): void {
    const was = new Set(before.awaiting)
    const isPaused = session.state.status === 'paused'
    for (const index of session.state.awaiting) {
      if (was.has(index)) continue
      const open = openAt(session, index)
      if (open?.interaction.queue === undefined) continue
      if (isPaused) inBackground(open, withdraw)
      else queues.changed(session.record.tenant, open.interaction.queue)
    }
  }

  /** Whoever has what is not asked for any more learns it from its lease. */
  function tidyGone(session: CurrentSession, before: SessionState): void {
    const { record, state } = session
    for (const index of before.awaiting) {
      const open = openAt({ record, state: before }, index)
      if (open?.interaction.queue === undefined) continue
      const { id, holder } = open.interaction
      const { interaction, answer } = stepAt(state, index)
      if (interaction?.id === id) continue
      if (holder === undefined) inBackground(open, withdraw)
      else if (answer?.interactionId === id) inBackground(open, forget)
    }
  }

  async function lookAt(open: OpenInteraction): Promise<void> {
    const { record, state } = open.session
    if (open.interaction.queue === undefined || state.status === 'paused') return
    const lease = await leases.get(record.tenant, open.interaction.id)
    if (lease === undefined) await putBack(open)
  }

  async function withdraw({ session, interaction }: OpenInteraction): Promise<void> {
    const { tenant } = session.record
    const { queue = '', id } = interaction
    await store.removeDocument(tenant, kindOf(queue), id)
    queues.changed(tenant, queue)
  }

  async function putBack(open: OpenInteraction): Promise<void> {
    const ticket = ticketOf(open)
    const { kind } = await store.putDocument(ticket, 0)
    if (kind === 'written') queues.changed(ticket.tenant, open.interaction.queue ?? '')
  }

  async function forget({ session, interaction }: OpenInteraction): Promise<void> {
    await leases.forget(session.record.tenant, interaction.id)
  }

  /** What fails here whoever comes upon it puts in order: a claim, the end of a lease, or a look. */
  function inBackground(
    open: OpenInteraction,
    see: (open: OpenInteraction) => Promise<void>,
  ): void {
    const work = untilStored(
      clock,
      () => see(open),
      () => !isStopped,
    )
      .catch((error: unknown) => {
        const { id } = open.interaction
        log.warn({ err: error, interaction: id }, 'a place in a queue is seen to later')
      })
      .finally(() => underWay.delete(work))
    underWay.add(work)
  }
}
