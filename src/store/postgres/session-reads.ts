import { decodeTime } from 'ulid'
import { StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { SessionListing, SessionRecord } from '../types.ts'
import { createBatch } from './batch.ts'
import type { Queries } from './queries.ts'
import { visible } from './shared-sql.ts'

type SessionReads = Pick<StoreReads, 'session' | 'listSessions' | 'countByStatus'>

type RecordRow = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly plan: string
  readonly correlation: string
}

const columns = `id, session.tenant, name, status, created_at AS "createdAt", wake_at AS "wakeAt",
  ended_at AS "endedAt"`

/** Where a page of a list begins: what was created before this. */
interface Position {
  readonly createdAt: number
  readonly id: string
}

/** How many sessions are read by one statement. */
const BATCH = 50

/** After every id there is, as ids are ASCII. */
const LAST_ID = '\u{7f}'

const records = `
  SELECT ${columns}, plan, correlation
  FROM stepstream.session JOIN stepstream.plan ON plan.session = session.no
  WHERE ${visible} AND`
const counts = `
  SELECT status, sum(sessions)::bigint AS sessions FROM stepstream.status_count
  GROUP BY status HAVING sum(sessions) > 0`

export function createSessionReads(queries: Queries): SessionReads {
  const session = createBatch<string, SessionRecord | undefined>({
    size: BATCH,
    async one(id) {
      const [row] = await queries.rows<RecordRow>(`${records} id = $1`, [id], 'session')
      return row && toRecord(row)
    },
    async many(ids) {
      // Planned anew each time: a plan from when the tables were small would read them whole.
      const rows = await queries.rows<RecordRow>(`${records} id = ANY ($1::text[])`, [ids])
      const byId = new Map(rows.map((row) => [row.id, toRecord(row)]))
      return ids.map((id) => byId.get(id))
    },
  })

  return {
    session,

    async listSessions({ tenant, name, workflow, status, createdAfter = 0, ...rest }) {
      const { createdAt, id } = await startOf(rest.after, rest.createdBefore)
      const values: unknown[] = [tenant, createdAfter, createdAt, id, rest.limit]
      const filters = Object.entries({ workflow, name }).flatMap(([column, value]) =>
        value === undefined ? [] : `AND ${column} = $${values.push(value)}`,
      )
      const text =
        status === undefined
          ? listSql(filters)
          : byStatus(`$${values.push([...new Set(status)])}`, filters)
      return queries.rows<SessionListing>(text, values)
    },

    async countByStatus() {
      const rows = await queries.rows<{ status: SessionStatus; sessions: number }>(
        counts,
        [],
        'count-by-status',
      )
      return Object.fromEntries(rows.map(({ status, sessions }) => [status, sessions]))
    },
  }

  async function startOf(
    after: string | undefined,
    createdBefore = Number.MAX_SAFE_INTEGER,
  ): Promise<Position> {
    const end = { createdAt: createdBefore, id: LAST_ID }
    if (after === undefined) return end
    const cursor = { createdAt: await creationOf(after), id: after }
    return cursor.createdAt <= createdBefore ? cursor : end
  }

  /** Of a session that is gone by now, the id still tells. */
  async function creationOf(id: string): Promise<number> {
    const [row] = await queries.rows<{ createdAt: number }>(
      'SELECT created_at AS "createdAt" FROM stepstream.session WHERE id = $1',
      [id],
    )
    if (row !== undefined) return row.createdAt
    try {
      return decodeTime(id.slice(id.indexOf('_') + 1))
    } catch (error) {
      throw new StepstreamError('INVALID_CURSOR', `${id} is no session id`, { cause: error })
    }
  }
}

function toRecord(row: RecordRow): SessionRecord {
  return { ...row, plan: JSON.parse(row.plan), correlation: JSON.parse(row.correlation) }
}

function listSql(filters: readonly string[]): string {
  return `
    SELECT ${columns}, total_steps AS "totalSteps", workflow, workflow_version AS "workflowVersion"
    FROM stepstream.session
    WHERE purge = 'live' AND tenant = $1 AND created_at >= $2
      AND (created_at, id) < ($3::bigint, $4::text) ${filters.join(' ')}
    ORDER BY created_at DESC, id DESC LIMIT $5::bigint`
}

/** Each status is a range of an index; the page is merged from as many. */
function byStatus(statuses: string, filters: readonly string[]): string {
  return `
    SELECT listing.* FROM unnest(${statuses}::text[]) AS wanted (status)
    CROSS JOIN LATERAL (${listSql(['AND session.status = wanted.status', ...filters])}) AS listing
    ORDER BY "createdAt" DESC, id DESC LIMIT $5::bigint`
}
