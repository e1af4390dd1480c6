import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { EncodedEvent, ListFilter, SessionListing } from '../types.ts'
import { type MemoryTables, toListing, visible, visibleSessions } from './memory-tables.ts'
import { createMemoryWorkflowReads } from './memory-workflows.ts'

const runnableStatuses: ReadonlySet<SessionStatus> = new Set(['queued', 'running', 'cancelling'])

export function createMemoryReads(tables: MemoryTables): StoreReads {
  return {
    ...createMemoryWorkflowReads(tables),
    async session(id) {
      const session = visible(tables, id)
      if (session === undefined) return undefined
      const { totalSteps, workflow, workflowVersion, labels, plan, correlation, ...row } =
        session.row
      return {
        ...row,
        ...session.summary,
        plan: JSON.parse(plan),
        correlation: JSON.parse(correlation),
      }
    },
    async listSessions(filter) {
      return visibleSessions(tables)
        .map(toListing)
        .filter((listing) => matches(filter, listing))
        .toSorted(newestFirst)
        .slice(0, filter.limit)
    },
    async countByStatus() {
      const counts: Partial<Record<SessionStatus, number>> = {}
      for (const { summary } of visibleSessions(tables)) {
        counts[summary.status] = (counts[summary.status] ?? 0) + 1
      }
      return counts
    },
    async readEvents({ sessionId, afterSeq, limit, maxBytes = Number.POSITIVE_INFINITY }) {
      const page: EncodedEvent[] = []
      let bytes = 0
      for (const event of visible(tables, sessionId)?.events.slice(afterSeq) ?? []) {
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
        .filter(({ row, summary }) => row.id > after && runnableStatuses.has(summary.status))
        .map(({ row }) => row.id)
        .toSorted()
        .slice(0, limit)
    },
    async due(now, limit) {
      return timers(tables)
        .filter(({ wakeAt }) => wakeAt <= now)
        .slice(0, limit)
        .map(({ id }) => id)
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

  function matches(filter: ListFilter, listing: SessionListing): boolean {
    const { tenant, status, name, workflow, labels, createdAfter, createdBefore, after } = filter
    if (listing.tenant !== tenant) return false
    if (status !== undefined && !status.includes(listing.status)) return false
    if (name !== undefined && listing.name !== name) return false
    if (workflow !== undefined && listing.workflow !== workflow) return false
    if (labels?.some(({ key, value }) => listing.labels[key] !== value)) return false
    if (createdAfter !== undefined && listing.createdAt < createdAfter) return false
    if (createdBefore !== undefined && listing.createdAt > createdBefore) return false
    return after === undefined || listing.id < after
  }
}

function timers(tables: MemoryTables): { id: string; wakeAt: number }[] {
  return visibleSessions(tables)
    .flatMap(({ row, summary: { wakeAt } }) => (wakeAt === null ? [] : [{ id: row.id, wakeAt }]))
    .toSorted((a, b) => a.wakeAt - b.wakeAt)
}

function newestFirst(a: SessionListing, b: SessionListing): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : -1
}
