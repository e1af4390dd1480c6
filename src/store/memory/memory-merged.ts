import type { StoreReads } from '../grouped-store.ts'
import { takePage } from '../read-log.ts'
import type { ListFilter, LogPage, PlacedEvent } from '../types.ts'
import { type MemorySession, type MemoryTables, visible, visibleSessions } from './memory-tables.ts'

type MergedReads = Pick<StoreReads, 'readLogOf' | 'scanLog' | 'logBounds'>

/** @param matches whether a list with the filter would have the session */
export function createMemoryMergedReads(
  tables: MemoryTables,
  matches: (filter: ListFilter, session: MemorySession) => boolean,
): MergedReads {
  return {
    async readLogOf({ tenant, ids, upTo = tables.position, ...page }) {
      const found = ids.flatMap((id) => visible(tables, id) ?? [])
      const own = found.filter(({ row }) => row.tenant === tenant)
      const known = new Set(own.map(({ row }) => row.id))
      return {
        ...pageOf(own, upTo, page),
        end: tables.position,
        unknown: ids.filter((id) => !known.has(id)),
        ended: own.every(({ summary }) => summary.endedAt !== null),
      }
    },
    async scanLog({ tenant, filter, ...page }) {
      const sought = { ...filter, tenant, limit: 1 }
      const found = visibleSessions(tables).filter((session) => matches(sought, session))
      const end = tables.position
      return { ...pageOf(found, end, page), end, unknown: [], ended: false }
    },
    async logBounds() {
      const firsts = [...tables.sessions.values()].flatMap(({ positions }) => positions.slice(0, 1))
      return { first: Math.min(tables.position + 1, ...firsts), end: tables.position }
    },
  }
}

function pageOf(
  sessions: readonly MemorySession[],
  reached: number,
  page: { readonly afterPosition: number; readonly limit: number; readonly maxBytes: number },
): Pick<LogPage, 'events' | 'position'> {
  const found = sessions
    .flatMap(placedEvents)
    .filter(({ position }) => position > page.afterPosition && position <= reached)
    .toSorted((a, b) => a.position - b.position)
  return takePage(found, reached, page)
}

function placedEvents({ row, events, positions }: MemorySession): PlacedEvent[] {
  return events.map((event, index) => ({
    ...event,
    sessionId: row.id,
    position: positions[index] ?? 0,
  }))
}
