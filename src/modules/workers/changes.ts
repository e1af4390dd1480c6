import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import { type SessionState, stepAt } from '../../session/state.ts'
import type { Store } from '../../store/types.ts'
import { untilStored } from '../../until-stored.ts'
import type { OpenInteraction } from '../interactions/types.ts'
import type { CurrentSession, SessionCoordinator } from '../session-coordinator/types.ts'
import type { Leases } from './leases.ts'
import type { Queues } from './queues.ts'
import { kindOf, ticketOf } from './record.ts'
import { openAt, unclaimedIn } from './standing.ts'
import { withhold } from './tickets.ts'
import type { Workers } from './types.ts'

export interface ChangesOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly leases: Leases
  readonly queues: Pick<Queues, 'changed' | 'taken'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'warn'>
}

/** What becomes of tickets and leases when sessions change: seen to in the background. */
export function createChanges(
  options: ChangesOptions,
): Pick<Workers, 'changed' | 'lookAt' | 'stop'> {
  const { store, leases, queues, clock, log } = options
  const underWay = new Set<Promise<void>>()
  let isStopped = false

  return {
    changed,
    lookAt,
    async stop() {
      isStopped = true
      await Promise.all(underWay)
    },
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
      for (const open of unclaimedIn({ record, state: before })) inBackground(open, putAside)
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
      if (isPaused) inBackground(open, putAside)
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
    queues.taken(tenant, queue)
  }

  async function putAside({ session, interaction }: OpenInteraction): Promise<void> {
    const { tenant, id: sessionId } = session.record
    const { queue = '', id } = interaction
    await withhold(options, { tenant, kind: kindOf(queue), id }, sessionId)
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
