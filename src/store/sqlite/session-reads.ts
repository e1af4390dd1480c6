import { decodeTime } from 'ulid'
import { StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import { starterLabel } from '../labels.ts'
import type { Narrowing } from '../narrowing.ts'
import type { ListFilter, SessionListing, SessionRecord, StatusTally } from '../types.ts'
import type { Database } from './database.ts'
import { createSessionLists, type Position } from './session-lists.ts'

type SessionReads = Pick<StoreReads, 'session' | 'listSessions' | 'countByStatus' | 'countStarted'>

type RecordRow = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly plan: string
  readonly correlation: string
}

interface TallyRow {
  readonly status: SessionStatus
  readonly sessions: number
}

const columns = `id, session.tenant, name, status, created_at AS createdAt, wake_at AS wakeAt,
  ended_at AS endedAt`

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
  const started = database.prepare(`
    SELECT status, count(*) AS sessions
    FROM session_label AS label INDEXED BY session_by_label
      CROSS JOIN session ON session.no = label.session AND session.purge = 'live'
    WHERE label.tenant = ? AND label.key = ? AND label.value = ? GROUP BY status
  `)
  const lists = createSessionLists(database)

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
        .toSorted(filter.order === 'oldest' ? (a, b) => newestFirst(b, a) : newestFirst)
        .slice(0, limit)
    },

    async countByStatus() {
      return tallyOf(counts.all<TallyRow>())
    },

    async countStarted(tenant, starter, id) {
      const { key, value } = starterLabel(starter, id)
      return tallyOf(started.all<TallyRow>(tenant, key, value))
    },
  }

  function list(filter: ListFilter, status: SessionStatus | undefined): SessionListing[] {
    const { name, workflow, labels = [] } = filter
    const columns = Object.entries({ workflow, name, status }).flatMap(([on, value]) =>
      value === undefined ? [] : [{ on, value } as Narrowing],
    )
    const ofLabels = labels.map((label): Narrowing => ({ on: 'label', ...label }))
    return lists(filter, [...columns, ...ofLabels], startOf(filter))
  }

  function startOf({ after, order, createdAfter, createdBefore }: ListFilter): Position {
    const isOldest = order === 'oldest'
    const end = isOldest
      ? { createdAt: createdAfter ?? 0, id: '' }
      : { createdAt: createdBefore ?? Number.MAX_SAFE_INTEGER, id: LAST_ID }
    if (after === undefined) return end
    const cursor = { createdAt: creationOf(after), id: after }
    const isInRange = isOldest
      ? cursor.createdAt >= end.createdAt
      : cursor.createdAt <= end.createdAt
    return isInRange ? cursor : end
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

function newestFirst(a: SessionListing, b: SessionListing): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  return a.id < b.id ? 1 : -1
}

function tallyOf(rows: readonly TallyRow[]): StatusTally {
  return Object.fromEntries(rows.map(({ status, sessions }) => [status, sessions]))
}
