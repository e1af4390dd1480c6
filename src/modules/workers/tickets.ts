import type { DocumentKey } from '../../store/documents.ts'
import type { Store } from '../../store/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import { ticketOf } from './record.ts'
import { isFree, openIn } from './standing.ts'

export interface TicketsOptions {
  readonly store: Pick<Store, 'putDocument' | 'removeDocument'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

/**
 * Takes away the ticket of what nobody is to have for now. Whoever has resumed its session meanwhile
 * has found the ticket still there and put none, so it is put back.
 */
export async function withhold(
  { store, coordinator }: TicketsOptions,
  { tenant, kind, id }: DocumentKey,
  sessionId: string,
): Promise<void> {
  await store.removeDocument(tenant, kind, id)
  const open = openIn(await coordinator.current(sessionId), id)
  if (open !== undefined && isFree(open)) await store.putDocument(ticketOf(open), 0)
}
