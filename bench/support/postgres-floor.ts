import pg from 'pg'
import type { EventType } from '../../src/session/events.ts'
import { bigintArray, textArray } from '../../src/store/postgres/binary-arrays.ts'
import type { BenchDatabase } from './database.ts'
import { openLoader } from './load.ts'

/** An event as one commit wrote it. */
interface LoggedRow {
  readonly session: number
  readonly seq: number
  readonly position: number
  readonly type: EventType
  readonly body: string
}

type Group = readonly LoggedRow[]

/** What driving the last so many sessions wrote, in the groups it was committed in: rows of one commit bear its number. */
export async function readGroups(
  database: BenchDatabase,
  sessions: number,
): Promise<readonly Group[]> {
  const rows = await database.rows<LoggedRow & { commit: string }>(
    `
    SELECT session::integer, seq::integer, position::integer, type, body, xmin::text AS commit
    FROM stepstream.event
    WHERE seq > 1 AND session > (SELECT max(no) FROM stepstream.session) - $1
    ORDER BY position`,
    [sessions],
  )
  return [...Map.groupBy(rows, (row) => row.commit).values()]
}

/**
 * The floor: one connection writes the rows of recorded groups, in the same groups, by one statement
 * each, the next when the last is on disk; with the same encoding and nothing around it.
 */
export async function openFloor(database: BenchDatabase, groups: readonly Group[]) {
  // Only for its schema.
  await (await openLoader(database))[Symbol.asyncDispose]()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  await client.query('SET jit = off; SET enable_seqscan = off; SET enable_nestloop = off')
  const sessions = [...new Set(groups.flat().map((row) => row.session))]
  const highest = Math.max(...sessions)
  let round = 0

  return {
    /** ms */
    async replay(): Promise<number> {
      const offset = highest * round++
      const ids = sessions.map((no) => no + offset)
      await client.query(
        `INSERT INTO stepstream.session (no, id, tenant, status, total_steps, created_at, last_seq)
         SELECT no, 'ses_' || no, 'default', 'queued', 10, 0, 1 FROM unnest($1::bigint[]) AS no`,
        [ids],
      )
      const began = performance.now()
      for (const group of groups) {
        await client.query({ name: 'floor', text: floorSql, values: columns(group, offset) })
      }
      return performance.now() - began
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

const floorSql = `
  WITH logged AS (
    INSERT INTO stepstream.event (session, seq, position, tenant, type, body)
    SELECT session, seq, position, 'default', type, body
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
      AS event (session, seq, position, type, body)
  )
  UPDATE stepstream.session SET last_seq = moved.seq,
    status = coalesce(moved.status, session.status),
    ended_at = CASE WHEN moved.status = 'completed' THEN 1 END
  FROM unnest($6::bigint[], $7::bigint[], $8::text[]) AS moved (no, seq, status)
  WHERE session.no = ANY ($6::bigint[]) AND session.no = moved.no`

function columns(group: Group, offset: number): Buffer[] {
  const moved = [...new Map(group.map((row) => [row.session, row])).values()]
  return [
    bigintArray(group.map(({ session }) => session + offset)),
    bigintArray(group.map(({ seq }) => seq)),
    bigintArray(group.map(({ position }) => position)),
    textArray(group.map(({ type }) => type)),
    textArray(group.map(({ body }) => body)),
    bigintArray(moved.map(({ session }) => session + offset)),
    bigintArray(moved.map(({ seq }) => seq)),
    textArray(moved.map(({ session, type }) => statusAfter(group, session, type))),
  ]
}

/** The status that a session takes with these rows; null when it keeps the one it has. */
function statusAfter(group: Group, session: number, last: EventType): string | null {
  if (last === 'session.completed') return 'completed'
  const starts = group.some((row) => row.session === session && row.type === 'session.started')
  return starts ? 'running' : null
}
