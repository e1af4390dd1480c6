import { decodeTime } from 'ulid'
import { StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { SessionRecord } from '../types.ts'
import { createBatch } from './batch.ts'
import type { Queries } from './queries.ts'
import { createReadPage, type Position } from './session-lists.ts'
import { visible } from './shared-sql.ts'

type SessionReads = Pick<StoreReads, 'session' | 'listSessions' | 'countByStatus'>

type RecordRow = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly plan: string
  readonly correlation: string
}

const columns = `id, session.tenant, name, status, created_at AS "createdAt", wake_at AS "wakeAt",
  ended_at AS "endedAt"`

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

  const readPage = createReadPage(queries)

  return {
    session,

    async listSessions(filter) {
      return readPage(filter, await startOf(filter.after, filter.createdBefore))
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
