import { labelsSought } from './labels.ts'
import type { ListFilter, LogPage, LogScope, PlacedEvent, ReadLog, Store } from './types.ts'

/** Part of a merged log. */
type Part = Omit<ReadLog, 'sessions'>

/** What an adapter reads of a merged log. */
export interface MergedReads {
  /** Of a few sessions, each found by its id and read on from where the position is in its log. */
  readLogOf(
    read: Part & { readonly ids: readonly string[]; readonly upTo?: number },
  ): Promise<LogPage>
  /** Of the sessions a filter finds, by going through the log: some thousands of rows at most. */
  scanLog(read: Part & LogFilter): Promise<LogPage>
}

/** A filter with what started the sessions among its labels. */
export interface LogFilter {
  readonly filter: Omit<Extract<LogScope, { filter: object }>['filter'], 'startedBy'>
}

/** How many rows of the log are gone through for one page. */
export const SCAN_ROWS = 2000

/** Up to so many sessions are read one by one rather than found by going through the log. */
const FEW_SESSIONS = 1000

/**
 * Reads merged logs. Near the end of the log a filter's sessions are found by going through what is
 * left of it; far from the end those of a filter that finds few are read one by one, so that a page
 * does not cost what all others have written since.
 */
export function createReadLog(
  reads: MergedReads & Pick<Store, 'listSessions' | 'logBounds'>,
): Store['readLog'] {
  return async ({ sessions, ...part }) => {
    if ('ids' in sessions) return reads.readLogOf({ ...part, ids: sessions.ids })
    const { startedBy, ...rest } = sessions.filter
    const filter = { ...rest, labels: labelsSought(sessions.filter) }
    // The end before the list: a session that the list does not have yet wrote behind that end.
    const { end: upTo } = await reads.logBounds()
    if (upTo - part.afterPosition > SCAN_ROWS) {
      const ids = await listFew({ ...filter, tenant: part.tenant, limit: FEW_SESSIONS + 1 })
      if (ids !== undefined) {
        return { ...(await reads.readLogOf({ ...part, ids, upTo })), unknown: [], ended: false }
      }
    }
    return reads.scanLog({ ...part, filter })
  }

  /** The sessions of a filter; undefined where there are more than a few. */
  async function listFew(filter: ListFilter): Promise<readonly string[] | undefined> {
    const found = await reads.listSessions(filter)
    return found.length > FEW_SESSIONS ? undefined : found.map(({ id }) => id)
  }
}

/**
 * How many events of each session are read ahead for a page of several. Those behind the end of a
 * session's share that was not all of its log have to wait for the next page.
 */
export function shareOf(limit: number, sessions: number): number {
  return Math.max(8, Math.ceil((2 * limit) / sessions))
}

/** As many of the events as a page may have; it reaches as far as they do if there are more. */
export function takePage(
  found: Iterable<PlacedEvent>,
  reached: number,
  { limit, maxBytes }: { readonly limit: number; readonly maxBytes: number },
): Pick<LogPage, 'events' | 'position'> {
  const events: PlacedEvent[] = []
  let bytes = 0
  for (const { sessionId, position, seq, type, body } of found) {
    const last = events.at(-1)
    if (last !== undefined && (events.length >= limit || bytes >= maxBytes)) {
      return { events, position: last.position }
    }
    events.push({ sessionId, position, seq, type, body })
    bytes += Buffer.byteLength(body)
  }
  return { events, position: reached }
}
