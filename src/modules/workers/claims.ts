import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { Document } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { OpenInteraction } from '../interactions/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { StepProcessor } from '../step-processor/types.ts'
import { type KeptLease, type Leases, leaseOf } from './leases.ts'
import { type LeaseRecord, queueOfKind, ticketOf, ticketRecordOf } from './record.ts'
import { openIn, standingOf } from './standing.ts'
import { withhold } from './tickets.ts'
import type { HeldInteraction } from './types.ts'

export interface ClaimsOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument'>
  readonly leases: Leases
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly processor: Pick<StepProcessor, 'claimInteraction' | 'releaseInteraction'>
  readonly clock: Clock
}

/** Who wants an interaction, and for how long at a time. */
export interface Claimant {
  readonly worker: string
  readonly leaseMs: number
}

/** What passes between those who have an interaction: one lease after the other. */
export interface Claims {
  /** Takes what a ticket stands for; undefined where it was not to be had. @throws STORAGE_UNAVAILABLE */
  take(ticket: Document, claimant: Claimant): Promise<HeldInteraction | undefined>
  /** Ends a lease and puts what it was for back; false where the lease has changed meanwhile. */
  end(lease: KeptLease, reason: 'lease_lost' | 'returned'): Promise<boolean>
}

/**
 * What is done in which order lets a process end after each part: the lease comes before the claim
 * is in the log, and the ticket goes after it; on the way back the ticket comes before the lease
 * goes. Whatever is left over, the end of the lease puts in order.
 */
export function createClaims(options: ClaimsOptions): Claims {
  const { store, leases, coordinator, processor, clock } = options

  return { take, end }

  async function take(ticket: Document, claimant: Claimant): Promise<HeldInteraction | undefined> {
    const { tenant, kind, id } = ticket
    const record = ticketRecordOf(ticket)
    const standing = standingOf(record, id, await coordinator.current(record.sessionId))
    if (standing === 'expected') return undefined
    if (standing === 'unwanted') {
      await withhold(options, ticket, record.sessionId)
      return undefined
    }
    const wanted: LeaseRecord = {
      ...record,
      ...claimant,
      queue: queueOfKind(kind),
      askedAt: ticket.createdAt,
    }
    const lease = await leases.take(tenant, id, wanted)
    if (lease === undefined) return undefined
    const held = await hold(standing, lease)
    if (held !== undefined) await store.removeDocument(tenant, kind, id)
    return held
  }

  /** Writes the claim into the log, for whoever has the lease. */
  async function hold(
    { session, interaction }: OpenInteraction,
    lease: KeptLease,
  ): Promise<HeldInteraction | undefined> {
    const { record } = session
    const { leaseMs } = lease.record
    try {
      const state = await claim(record.id, interaction.id, lease)
      const open = openIn({ record, state }, interaction.id)
      const sure = await confirm(lease, leaseMs)
      if (open !== undefined && sure !== undefined) return { ...open, lease: leaseOf(sure) }
      if (open !== undefined) await release(open, 'lease_lost')
      return undefined
    } catch (error) {
      // What the store refused may be written all the same: then the end of the lease gives it back.
      if (!(error instanceof StepstreamError) || error.code === 'STORAGE_UNAVAILABLE') throw error
      await leases.free(lease)
      return undefined
    }
  }

  /** Whoever is in the log without a lease was cut off on the way, if this lease still holds. */
  async function claim(sessionId: string, id: string, { document, record }: KeptLease) {
    const { worker } = record
    try {
      return await processor.claimInteraction(sessionId, id, worker)
    } catch (error) {
      if (!(error instanceof StepstreamError) || error.code !== 'INTERACTION_CLAIMED') throw error
      const open = openIn(await coordinator.current(sessionId), id)
      const current = await leases.get(document.tenant, id)
      if (current?.document.version !== document.version) throw error
      if (open !== undefined) await release(open, 'lease_lost')
      return processor.claimInteraction(sessionId, id, worker)
    }
  }

  /** What took so long that others may have ended the lease must be sure of it. */
  async function confirm(lease: KeptLease, leaseMs: number): Promise<KeptLease | undefined> {
    const now = clock.now()
    if (now - lease.document.createdAt < leaseMs / 2) return lease
    return leases.change(lease, lease.record, now + leaseMs)
  }

  async function end(lease: KeptLease, reason: 'lease_lost' | 'returned'): Promise<boolean> {
    const { id } = lease.document
    const { record } = lease
    const isMarked = record.ended !== undefined
    // From here on nobody can keep it; if the process ends, the agenda brings it at once.
    const marked = isMarked
      ? lease
      : await leases.change(lease, { ...record, ended: reason }, clock.now())
    if (marked === undefined) return false
    const held = openIn(await coordinator.current(record.sessionId), id)
    if (held !== undefined) await release(held, record.ended ?? reason)
    const open = openIn(await coordinator.current(record.sessionId), id)
    if (open !== undefined && open.session.state.status !== 'paused') {
      // Where it stood before.
      await store.putDocument({ ...ticketOf(open), createdAt: record.askedAt }, 0)
    }
    await leases.free(marked)
    return true
  }

  /** Ends the claim that an interaction was seen with, and no later one. */
  async function release(
    { session, interaction }: OpenInteraction,
    reason: 'lease_lost' | 'returned',
  ): Promise<void> {
    const { id: interactionId, holder, claims: claim } = interaction
    if (holder === undefined) return
    await processor.releaseInteraction(session.record.id, { interactionId, claim, reason })
  }
}
