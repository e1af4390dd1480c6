import { decodeTime } from 'ulid'
import { StepstreamError } from '../../errors.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { StoreReads } from '../grouped-store.ts'
import { starterLabel } from '../labels.ts'
import type { ListFilter, SessionRecord, StatusTally } from '../types.ts'
import { createBatch } from './batch.ts'
import type { Queries } from './queries.ts'
import { createReadPage, type Position } from './session-lists.ts'
import { visible } from './shared-sql.ts'

type SessionReads = Pick<StoreReads, 'session' | 'listSessions' | 'countByStatus' | 'countStarted'>

type RecordRow = Omit<SessionRecord, 'plan' | 'correlation'> & {
  readonly plan: string
  readonly correlation: string
}

interface TallyRow {
  readonly status: SessionStatus
  readonly sessions: number
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
const started = `
  SELECT status, count(*) AS sessions
  FROM stepstream.session_label AS label
    JOIN stepstream.session ON session.no = label.session AND ${visible}
  WHERE label.tenant = $1 AND label.key = $2 AND label.value = $3 GROUP BY status`

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
      return readPage(filter, await startOf(filter))
    },

    async countByStatus() {
      return tallyOf(await queries.rows<TallyRow>(counts, [], 'count-by-status'))
    },

    async countStarted(tenant, starter, id) {
      const { key, value } = starterLabel(starter, id)
      // Planned anew each time: a plan from when the tables were small would read them whole.
      return tallyOf(await queries.rows<TallyRow>(started, [tenant, key, value]))
    },
  }

  async function startOf(filter: ListFilter): Promise<Position> {
    const { after, order, createdAfter, createdBefore } = filter
    const isOldest = order === 'oldest'
    const end = isOldest
      ? { createdAt: createdAfter ?? 0, id: '' }
      : { createdAt: createdBefore ?? Number.MAX_SAFE_INTEGER, id: LAST_ID }
    if (after === undefined) return end
    const cursor = { createdAt: await creationOf(after), id: after }
    const isInRange = isOldest
      ? cursor.createdAt >= end.createdAt
      : cursor.createdAt <= end.createdAt
    return isInRange ? cursor : end
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

function tallyOf(rows: readonly TallyRow[]): StatusTally {
  return Object.fromEntries(rows.map(({ status, sessions }) => [status, sessions]))
}
