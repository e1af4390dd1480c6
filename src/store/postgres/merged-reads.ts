import type { StoreReads } from '../grouped-store.ts'
import { type LogFilter, SCAN_ROWS, shareOf } from '../read-log.ts'
import type { LogPage, PlacedEvent } from '../types.ts'
import { bigintArray } from './binary-arrays.ts'
import type { Queries } from './queries.ts'
import { visible } from './shared-sql.ts'

type MergedReads = Pick<StoreReads, 'readLogOf' | 'scanLog' | 'logBounds'>

interface NamedRow {
  readonly end: number
  /** Null in the one row there is when no session was found. */
  readonly id: string | null
  readonly no: number
  readonly ended: boolean
  readonly lastSeq: number
  readonly lastPosition: number | null
}

/** A row of a page: how far it reaches, what there is up to there, and an event unless there is none. */
interface PageRow extends Omit<PlacedEvent, 'sessionId'> {
  readonly reach: number
  readonly found: number
  readonly no: number
}

const named = `
  SELECT log_position.position AS end, named.* FROM stepstream.log_position LEFT JOIN (
    SELECT id, no, ended_at IS NOT NULL AS ended, last_seq AS "lastSeq",
      (SELECT position FROM stepstream.event WHERE session = no AND seq = last_seq)
        AS "lastPosition"
    FROM stepstream.session WHERE id = ANY ($1::text[]) AND tenant = $2 AND ${visible}
  ) AS named ON true`

/**
 * Where each session is read on is found by halves, as seq and position grow together. Behind the
 * last event of a full share there may be more that nobody has looked at.
 */
const page = `
  WITH RECURSIVE search AS (
    SELECT no, 0::bigint AS before, CASE WHEN $3::bigint = 0 THEN 1 ELSE last_seq + 1 END AS after
    FROM unnest($1::bigint[], $2::bigint[]) AS moved (no, last_seq)
    UNION ALL
    SELECT no, CASE WHEN is_before THEN middle ELSE before END,
      CASE WHEN is_before THEN after ELSE middle END
    FROM search
    CROSS JOIN LATERAL (SELECT (before + after) / 2 AS middle) AS halved
    CROSS JOIN LATERAL (
      SELECT coalesce((
        SELECT position FROM stepstream.event WHERE session = search.no AND seq = middle
      ), 0) <= $3::bigint AS is_before
    ) AS probed
    WHERE after - before > 1
  ), shares AS MATERIALIZED (
    SELECT share.* FROM search CROSS JOIN LATERAL (
      SELECT session AS no, position, seq, type, body FROM stepstream.event
      WHERE session = search.no AND seq > search.before ORDER BY seq LIMIT $4::bigint
    ) AS share
    WHERE after - before = 1
  ), reached AS (
    SELECT least($5::bigint, min(last)) AS reach FROM (
      SELECT max(position) AS last FROM shares GROUP BY no HAVING count(*) = $4::bigint
    ) AS full_shares
  ), page AS (
    SELECT *, count(*) OVER () AS found,
      sum(octet_length(body)) OVER (ORDER BY position) - octet_length(body) AS bytes_before
    FROM shares WHERE position <= (SELECT reach FROM reached) ORDER BY position LIMIT $6::bigint
  )
  SELECT reach, found, no, position, seq, type, body
  FROM reached LEFT JOIN page ON bytes_before < $7::bigint ORDER BY position`

export function createMergedReads(queries: Queries): MergedReads {
  return {
    async readLogOf({ tenant, ids, afterPosition, upTo, limit, maxBytes }) {
      // What these sessions wrote later is behind the end that is read with them.
      const rows = await queries.rows<NamedRow>(named, [ids, tenant])
      const end = rows[0]?.end ?? 0
      const found = rows.filter((row) => row.id !== null)
      const idOf = new Map(found.map(({ no, id }) => [no, id ?? '']))
      const moved = found.filter(({ lastPosition }) => (lastPosition ?? 0) > afterPosition)
      const known = new Set(idOf.values())
      const about = {
        end,
        unknown: ids.filter((id) => !known.has(id)),
        ended: found.every(({ ended }) => ended),
      }
      const last = Math.min(end, upTo ?? end)
      if (moved.length === 0) return { events: [], position: last, ...about }
      // Planned anew each time: a plan from when the tables were small would read them whole.
      const read = await queries.rows<PageRow>(page, [
        bigintArray(moved.map(({ no }) => no)),
        bigintArray(moved.map(({ lastSeq }) => lastSeq)),
        afterPosition,
        shareOf(limit, moved.length),
        last,
        limit,
        maxBytes,
      ])
      return { ...toPage(read, (no) => idOf.get(no) ?? ''), ...about }
    },

    async scanLog({ tenant, filter, afterPosition, limit, maxBytes }) {
      const { text, values } = scanOf(filter, [afterPosition, tenant, limit, maxBytes])
      const rows = await queries.rows<PageRow & { end: number; id: string }>(text, values)
      const ids = new Map(rows.map(({ no, id }) => [no, id]))
      const end = rows[0]?.end ?? 0
      return { ...toPage(rows, (no) => ids.get(no) ?? ''), end, unknown: [], ended: false }
    },

    async logBounds() {
      const [row] = await queries.rows<{ first: number | null; end: number }>(
        `SELECT position AS end, (SELECT min(position) FROM stepstream.event) AS first
         FROM stepstream.log_position`,
        [],
        'log-bounds',
      )
      const end = row?.end ?? 0
      return { first: row?.first ?? end + 1, end }
    },
  }
}

/** What was left out for the sake of limits comes next: the page reaches as far as its events then. */
function toPage(
  rows: readonly PageRow[],
  idOf: (no: number) => string,
): Pick<LogPage, 'events' | 'position'> {
  const events = rows.flatMap(({ no, position, seq, type, body }) =>
    position === null ? [] : [{ sessionId: idOf(no), position, seq, type, body }],
  )
  const { reach = 0, found = 0 } = rows[0] ?? {}
  const isWhole = events.length >= (found ?? 0)
  return { events, position: isWhole ? reach : (events.at(-1)?.position ?? reach) }
}

/** The statement that goes through the log, with its values behind those given. */
function scanOf(
  { name, workflow, labels = [] }: LogFilter['filter'],
  given: readonly unknown[],
): { readonly text: string; readonly values: readonly unknown[] } {
  const values = [...given]
  const place = (value: string) => `$${values.push(value)}::text`
  const conditions = [
    ...Object.entries({ name, workflow }).flatMap(([column, value]) =>
      value === undefined ? [] : [`session.${column} = ${place(value)}`],
    ),
    ...labels.map(
      ({ key, value }) => `EXISTS (
        SELECT FROM stepstream.session_label AS own WHERE own.session = session.no
          AND own.key = ${place(key)} AND own.value = ${place(value)})`,
    ),
  ]
  const text = `
    WITH looked AS MATERIALIZED (
      SELECT position, session AS no, seq FROM stepstream.event
      WHERE position > $1::bigint ORDER BY position LIMIT ${SCAN_ROWS}
    ), reached AS (
      SELECT log.position AS end,
        CASE WHEN count(looked.no) = ${SCAN_ROWS} THEN max(looked.position) ELSE log.position END
          AS reach
      FROM stepstream.log_position AS log LEFT JOIN looked ON true GROUP BY log.position
    ), owners AS MATERIALIZED (
      SELECT no, id FROM stepstream.session
      WHERE no = ANY (ARRAY(SELECT DISTINCT no FROM looked)) AND session.tenant = $2
        AND ${[visible, ...conditions].join(' AND ')}
    ), found AS (
      SELECT position, no, id, seq, count(*) OVER () AS found
      FROM looked JOIN owners USING (no) ORDER BY position LIMIT $3::bigint
    ), page AS (
      SELECT found.*, type, body,
        sum(octet_length(body)) OVER (ORDER BY found.position) - octet_length(body) AS bytes_before
      FROM found CROSS JOIN LATERAL (
        SELECT type, body FROM stepstream.event
        WHERE session = found.no AND seq = found.seq LIMIT 1
      ) AS event
    )
    SELECT reached.*, found, no, id, position, seq, type, body
    FROM reached LEFT JOIN page ON bytes_before < $4::bigint ORDER BY position`
  return { text, values }
}
