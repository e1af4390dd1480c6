import { runnableSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import { starterLabel } from '../labels.ts'
import type {
  EncodedEvent,
  Label,
  ListFilter,
  SessionListing,
  SessionToDrive,
  StatusTally,
} from '../types.ts'
import { createMemoryDocumentReads } from './memory-documents.ts'
import { createMemoryMergedReads } from './memory-merged.ts'
import {
  type MemorySession,
  type MemoryTables,
  toListing,
  visible,
  visibleSessions,
} from './memory-tables.ts'
import { createMemoryWorkflowReads } from './memory-workflows.ts'

export function createMemoryReads(tables: MemoryTables): StoreReads {
  return {
    ...createMemoryMergedReads(tables, matches),
    ...createMemoryWorkflowReads(tables),
    ...createMemoryDocumentReads(tables),
    async session(id) {
      const session = visible(tables, id)
      if (session === undefined) return undefined
      const {
        title,
        totalSteps,
        priority,
        workflow,
        workflowVersion,
        labels,
        plan,
        correlation,
        ...row
      } = session.row
      return {
        ...row,
        ...session.summary,
        plan: JSON.parse(plan),
        correlation: JSON.parse(correlation),
      }
    },
    async listSessions(filter) {
      return visibleSessions(tables)
        .filter((session) => matches(filter, session))
        .map(toListing)
        .toSorted(orderOf(filter))
        .slice(0, filter.limit)
    },
    countByStatus: async () => tallyOf(visibleSessions(tables)),
    async countStarted(tenant, starter, id) {
      const labels = [starterLabel(starter, id)]
      const sought = { tenant, labels, limit: Number.POSITIVE_INFINITY }
      return tallyOf(visibleSessions(tables).filter((session) => matches(sought, session)))
    },
    async readEvents({ sessionId, afterSeq, limit, maxBytes = Number.POSITIVE_INFINITY, only }) {
      const page: EncodedEvent[] = []
      let bytes = 0
      const types = new Set<string>(only?.types)
      for (const event of visible(tables, sessionId)?.events.slice(afterSeq, only?.upToSeq) ?? []) {
        if (only !== undefined && !types.has(event.type)) continue
        if (page.length >= limit || bytes >= maxBytes) break
        page.push(event)
        bytes += Buffer.byteLength(event.body)
      }
      return page
    },
    async extent(sessionId) {
      const session = visible(tables, sessionId)
      if (session === undefined) return undefined
      const { row, summary, events } = session
      return {
        tenant: row.tenant,
        first: 1,
        next: events.length + 1,
        ended: summary.endedAt !== null,
      }
    },
    async runnable(after = '', limit) {
      return visibleSessions(tables)
        .filter(
          ({ row, summary }) => row.id > after && runnableSessionStatuses.includes(summary.status),
        )
        .toSorted((a, b) => (a.row.id < b.row.id ? -1 : 1))
        .slice(0, limit)
        .map(toDrive)
    },
    async due(now, limit) {
      return timers(tables)
        .filter(({ wakeAt }) => wakeAt <= now)
        .toSorted((a, b) => b.session.row.priority - a.session.row.priority)
        .slice(0, limit)
        .map(({ session }) => toDrive(session))
    },
    async nextWakeAt() {
      return timers(tables)[0]?.wakeAt
    },
    async artifact(tenant, id) {
      const record = tables.artifacts.get(id)
      if (record?.tenant !== tenant) return undefined
      return visible(tables, record.sessionId) && record
    },
    async listArtifacts(sessionId) {
      if (visible(tables, sessionId) === undefined) return []
      return [...tables.artifacts.values()].filter((record) => record.sessionId === sessionId)
    },
    async getSetting(name) {
      return tables.settings.get(name)
    },
  }

  /** Behind a session in lists: an id need not tell when its session was made. */
  function isBehind(listing: SessionListing, after: string, filter: ListFilter): boolean {
    const cursor = tables.sessions.get(after)
    if (listing.id === after) return false
    if (cursor === undefined) return listing.id > after === (filter.order === 'oldest')
    return orderOf(filter)(toListing(cursor), listing) < 0
  }

  function matches(filter: ListFilter, session: MemorySession): boolean {
    const listing = toListing(session)
    const { labels: held } = session.row
    const { tenant, status, name, workflow, labels, createdAfter, createdBefore, after } = filter
    if (listing.tenant !== tenant) return false
    if (status !== undefined && !status.includes(listing.status)) return false
    if (name !== undefined && listing.name !== name) return false
    if (workflow !== undefined && listing.workflow !== workflow) return false
    const isHeld = (sought: Label) =>
      held.some(({ key, value }) => key === sought.key && value === sought.value)
    if (labels?.some((label) => !isHeld(label))) return false
    if (createdAfter !== undefined && listing.createdAt < createdAfter) return false
    if (createdBefore !== undefined && listing.createdAt > createdBefore) return false
    return after === undefined || isBehind(listing, after, filter)
  }
}

function tallyOf(sessions: readonly MemorySession[]): StatusTally {
  const counts: Partial<Record<SessionStatus, number>> = {}
  for (const { summary } of sessions) counts[summary.status] = (counts[summary.status] ?? 0) + 1
  return counts
}

/** The earliest first. */
function timers(tables: MemoryTables): { session: MemorySession; wakeAt: number }[] {
  return visibleSessions(tables)
    .flatMap((session) => {
      const { wakeAt } = session.summary
      return wakeAt === null ? [] : [{ session, wakeAt }]
    })
    .toSorted((a, b) => a.wakeAt - b.wakeAt)
}

function toDrive({ row, summary }: MemorySession): SessionToDrive {
  return { sessionId: row.id, status: summary.status, priority: row.priority }
}

function orderOf({ order }: ListFilter): typeof newestFirst {
  return order === 'oldest' ? (a, b) => newestFirst(b, a) : newestFirst
}

function newestFirst(a: SessionListing, b: SessionListing): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : -1
}
