import { decodeTime } from 'ulid'
import { StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { ListFilter, SessionListing, SessionRecord } from '../types.ts'
import type { Database, Statement } from './database.ts'

type SessionReads = Pick<StoreReads, 'session' | 'listSessions' | 'countByStatus'>

type RecordRow = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly plan: string
  readonly correlation: string
}

const columns = `id, session.tenant, name, status, created_at AS createdAt, wake_at AS wakeAt,
  ended_at AS endedAt`

/** Where a page of a list begins: what was created before this. */
interface Position {
  readonly createdAt: number
  readonly id: string
}

/** After every id there is, as ids are ASCII. */
const LAST_ID = '\u{7f}'

export function createSessionReads(database: Database): SessionReads {
  const one = database.prepare(`
    SELECT ${columns}, plan, correlation FROM session JOIN plan ON plan.session = session.no
    WHERE id = ? AND purge = 'live'
  `)
  const creation = database.prepare('SELECT created_at AS createdAt FROM session WHERE id = ?')
  const counts = database.prepare(`
    SELECT status, sum(sessions) AS sessions FROM status_count GROUP BY status HAVING sum(sessions) > 0
  `)
  const lists = {
    all: prepareList(database, 'session_by_creation', ''),
    byStatus: prepareList(database, 'session_by_status', 'AND status = ?5'),
    byName: prepareList(database, 'session_by_name', 'AND name = ?5'),
    byStatusAndName: prepareList(database, 'session_by_name', 'AND status = ?5 AND name = ?6'),
  }

  return {
    async session(id) {
      const row = one.get<RecordRow>(id)
      if (row === undefined) return undefined
      return { ...row, plan: JSON.parse(row.plan), correlation: JSON.parse(row.correlation) }
    },

    async listSessions(filter) {
      const { status, limit } = filter
      if (status === undefined) return list(filter, undefined)
      // Each status is a range of an index; together they would be sorted.
      return status
        .flatMap((one) => list(filter, one))
        .toSorted(newestFirst)
        .slice(0, limit)
    },

    async countByStatus() {
      const rows = counts.all<{ status: SessionStatus; sessions: number }>()
      return Object.fromEntries(rows.map(({ status, sessions }) => [status, sessions]))
    },
  }

  function list(filter: ListFilter, status: SessionStatus | undefined): SessionListing[] {
    const { tenant, name, createdAfter = 0, createdBefore, after, limit } = filter
    const { createdAt, id } = startOf(after, createdBefore)
    const range = [tenant, createdAfter, createdAt, id] as const
    if (status === undefined) {
      if (name === undefined) return toListings(lists.all, ...range, limit)
      return toListings(lists.byName, ...range, name, limit)
    }
    if (name === undefined) return toListings(lists.byStatus, ...range, status, limit)
    return toListings(lists.byStatusAndName, ...range, status, name, limit)
  }

  function startOf(after: string | undefined, createdBefore = Number.MAX_SAFE_INTEGER): Position {
    const end = { createdAt: createdBefore, id: LAST_ID }
    if (after === undefined) return end
    const cursor = { createdAt: creationOf(after), id: after }
    return cursor.createdAt <= createdBefore ? cursor : end
  }

  /** Of a session that is gone by now, the id still tells. */
  function creationOf(id: string): number {
    const row = creation.get<{ createdAt: number }>(id)
    if (row !== undefined) return row.createdAt
    try {
      return decodeTime(id.slice(id.indexOf('_') + 1))
    } catch (error) {
      throw new StepstreamError('INVALID_CURSOR', `${id} is no session id`, { cause: error })
    }
  }
}

/** Names the index, because SQLite would prefer the first that gives the order. */
function prepareList(database: Database, index: string, filters: string): Statement {
  const limit = 5 + filters.split('?').length - 1
  return database.prepare(`
    SELECT ${columns}, total_steps AS totalSteps FROM session INDEXED BY ${index}
    WHERE purge = 'live' AND tenant = ?1 AND created_at >= ?2 AND (created_at, id) < (?3, ?4) ${filters}
    ORDER BY created_at DESC, id DESC LIMIT ?${limit}
  `)
}

function toListings(
  statement: Statement,
  ...parameters: readonly (string | number)[]
): SessionListing[] {
  return statement.all<SessionListing>(...parameters).map((row) => ({ ...row }))
}

function newestFirst(a: SessionListing, b: SessionListing): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : -1
}
