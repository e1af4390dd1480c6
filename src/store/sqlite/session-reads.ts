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
  const lists = new Map<string, Statement>()

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
    const { tenant, name, workflow, createdAfter = 0, createdBefore, after, limit } = filter
    const { createdAt, id } = startOf(after, createdBefore)
    const range = [tenant, createdAfter, createdAt, id] as const
    const given = Object.entries({ workflow, name, status }).flatMap(([column, value]) =>
      value === undefined ? [] : [{ column: column as keyof typeof indexes, value }],
    )
    const statement = listBy(given.map(({ column }) => column))
    return toListings(statement, ...range, ...given.map(({ value }) => value), limit)
  }

  function listBy(columns: readonly (keyof typeof indexes)[]): Statement {
    const key = columns.join(' ')
    const known = lists.get(key) ?? prepareList(database, columns)
    lists.set(key, known)
    return known
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

/** What a list can be narrowed down by: the first that is given chooses the index. */
const indexes = {
  workflow: 'session_by_workflow',
  name: 'session_by_name',
  status: 'session_by_status',
}

/** Names the index, because SQLite would prefer the first that gives the order. */
function prepareList(database: Database, by: readonly (keyof typeof indexes)[]): Statement {
  const [first] = by
  const index = first === undefined ? 'session_by_creation' : indexes[first]
  const filters = by.map((column, place) => `AND ${column} = ?${5 + place}`).join(' ')
  return database.prepare(`
    SELECT ${columns}, total_steps AS totalSteps, workflow, workflow_version AS workflowVersion
    FROM session INDEXED BY ${index}
    WHERE purge = 'live' AND tenant = ?1 AND created_at >= ?2 AND (created_at, id) < (?3, ?4) ${filters}
    ORDER BY created_at DESC, id DESC LIMIT ?${5 + by.length}
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
