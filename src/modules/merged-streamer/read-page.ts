import { finalSessionStatuses, sessionStatuses } from '../../session/status.ts'
import type { Store } from '../../store/types.ts'
import type { Coverage, MergedPage, MergedPart } from './types.ts'

export type MergedReads = Pick<Store, 'readLog' | 'listSessions'>

const unended = sessionStatuses.filter((status) => !finalSessionStatuses.has(status))

/** Reads on in the merged log of the sessions that are covered. */
export async function readPage(
  store: MergedReads,
  coverage: Coverage,
  part: MergedPart,
): Promise<MergedPage> {
  const { tenant, sessions } = coverage
  // Before the page: of sessions that have ended by now the log has every event.
  const mayEnd = await canEnd(store, coverage)
  const page = await store.readLog({ tenant, sessions, ...part })
  return {
    events: page.events.map(({ position, type, body }) => ({ seq: position, type, body })),
    position: page.position,
    upToDate: page.position >= page.end,
    unknown: page.unknown,
    ended: mayEnd && (page.ended || 'filter' in sessions),
  }
}

/** Whether none joins any more; of a filter also whether all have ended, which a page of ids tells itself. */
async function canEnd(
  store: MergedReads,
  { tenant, sessions, isComplete }: Coverage,
): Promise<boolean> {
  if (!(await isComplete())) return false
  if ('ids' in sessions) return true
  const sought = { ...sessions.filter, tenant, status: unended, limit: 1 }
  return (await store.listSessions(sought)).length === 0
}
