import type { Document, NewDocument } from '../../store/documents.ts'
import type { OpenInteraction } from '../interactions/types.ts'

/** Where an interaction's place in its queue is kept, as long as nobody has it. */
export interface TicketRecord {
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
}

/** Whose an interaction is; until when is the time at which it is due. */
export interface LeaseRecord extends TicketRecord {
  readonly worker: string
  readonly leaseMs: number
  readonly queue: string
  /** When it was asked, ms since the epoch. */
  readonly askedAt: number
  /** It is over, and being given back. */
  readonly ended?: 'lease_lost' | 'returned'
}

export const LEASE = 'lease'

/** Tickets of different queues are of different kinds, so that the oldest of one is found at once. */
export function kindOf(queue: string): string {
  return `queue:${queue}`
}

export function queueOfKind(kind: string): string {
  return kind.slice('queue:'.length)
}

export function ticketDocument(
  id: string,
  asked: TicketRecord & { readonly tenant: string; readonly queue: string; readonly at: number },
): NewDocument {
  const { tenant, queue, at, sessionId, stepId, attempt } = asked
  const record: TicketRecord = { sessionId, stepId, attempt }
  return {
    tenant,
    kind: kindOf(queue),
    id,
    body: JSON.stringify(record),
    createdAt: at,
    dueAt: null,
    sessionId,
    expiresAt: null,
  }
}

/** The ticket of an interaction that is asked for. */
export function ticketOf({ session, stepId, attempt, interaction }: OpenInteraction): NewDocument {
  const { id: sessionId, tenant } = session.record
  const { id, queue = '', askedAt: at } = interaction
  return ticketDocument(id, { tenant, queue, at, sessionId, stepId, attempt })
}

export function ticketRecordOf({ body }: Document): TicketRecord {
  return JSON.parse(body) as TicketRecord
}

export function leaseRecordOf({ body }: Document): LeaseRecord {
  return JSON.parse(body) as LeaseRecord
}

/** A lease as it is to be written. */
export function leaseDocument(
  tenant: string,
  id: string,
  record: LeaseRecord,
  { createdAt, until }: { readonly createdAt: number; readonly until: number },
): NewDocument {
  return {
    tenant,
    kind: LEASE,
    id,
    body: JSON.stringify(record),
    createdAt,
    dueAt: until,
    sessionId: record.sessionId,
    expiresAt: null,
  }
}
