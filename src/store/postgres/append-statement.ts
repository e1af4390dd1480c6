import type { SessionStatus } from '../../session/status.ts'
import type { Outcome } from '../write.ts'
import type { AppendUnit } from './append-units.ts'
import { bigintArray, textArray } from './binary-arrays.ts'
import { eventColumns } from './event-columns.ts'
import { countChanges, takePositions, tellOthers, visible } from './shared-sql.ts'
import type { WriteConnection } from './write-connection.ts'

/** Writes units of different sessions by one statement, which is one commit. */
export type AppendUnits = (units: readonly AppendUnit[]) => Promise<readonly Verdict[]>

export interface Verdict {
  readonly kind: 'done' | 'conflict' | 'claimLost'
  /** The session's status before. */
  readonly status?: SessionStatus
}

export interface StatementOptions {
  readonly owner: string
  /** Whether the engine has NOTIFY. */
  readonly notify: boolean
}

type Row = readonly [unit: number, kind: Verdict['kind'], status: SessionStatus]

/** Ids of one message; Postgres takes less than 8000 bytes. */
const MESSAGE_BYTES = 7800

const taken: Verdict = { kind: 'done' }

export function createAppendUnits(
  connection: WriteConnection,
  { owner, notify }: StatementOptions,
): AppendUnits {
  const text = appendSql(notify)

  return async (units) => {
    const values = [...unitColumns(units), ...eventColumns(units), owner]
    const [row] = await connection.query<{ verdicts: readonly Row[] | null }>({
      name: 'append',
      text,
      values,
    })
    const verdicts: Verdict[] = units.map(() => taken)
    for (const [unit, kind, status] of row?.verdicts ?? []) verdicts[unit - 1] = { kind, status }
    return verdicts
  }
}

/** What each write of a unit met. */
export function toOutcomes(unit: AppendUnit, verdict: Verdict): Outcome[] {
  const { kind } = verdict
  if (kind !== 'done') return unit.parts.map(() => ({ kind }))
  let { status } = verdict
  return unit.parts.map(({ write: { summary } }) => {
    if (summary === undefined || summary.status === status) return { kind: 'done' }
    status = summary.status
    return { kind: 'done', status }
  })
}

function unitColumns(units: readonly AppendUnit[]): Buffer[] {
  return [
    textArray(units.map((unit) => unit.sessionId)),
    textArray(units.map((unit) => unit.tenant)),
    bigintArray(units.map((unit) => unit.expectedSeq)),
    textArray(units.map((unit) => unit.claim ?? null)),
    bigintArray(units.map((unit) => unit.events.length)),
    textArray(units.map((unit) => unit.summary?.status ?? null)),
    bigintArray(units.map((unit) => unit.summary?.wakeAt ?? null)),
    bigintArray(units.map((unit) => unit.summary?.endedAt ?? null)),
    bigintArray(messages(units.map((unit) => unit.sessionId))),
  ]
}

/** In which message each id goes. */
export function messages(ids: readonly string[]): number[] {
  let message = 0
  let bytes = 0
  return ids.map((id) => {
    bytes += Buffer.byteLength(id) + 1
    if (bytes > MESSAGE_BYTES) {
      message += 1
      bytes = Buffer.byteLength(id) + 1
    }
    return message
  })
}

/**
 * Rows of sessions are locked in the order of their ids, and judged as they are then; the log's
 * position comes after them and the counts after that, in every statement that takes any of them,
 * so that no two wait for each other. It is one statement that commits by itself, so that a process
 * that freezes in the middle holds no lock that all others need.
 */
function appendSql(notify: boolean): string {
  return `
    WITH wanted AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[],
        $6::text[], $7::bigint[], $8::bigint[], $9::bigint[]) WITH ORDINALITY
        AS wanted (id, tenant, expected_seq, claim, events, status, wake_at, ended_at, message, unit)
    ), locked AS MATERIALIZED (
      SELECT no, id, tenant, status, last_seq, claim, ended_at FROM stepstream.session
      WHERE id = ANY ($1::text[]) AND ${visible}
      ORDER BY id FOR NO KEY UPDATE
    ), judged AS MATERIALIZED (
      SELECT wanted.*, locked.no, locked.status AS old_status,
        CASE
          WHEN locked.tenant IS DISTINCT FROM wanted.tenant THEN 'conflict'
          WHEN locked.ended_at IS NULL AND wanted.claim <> coalesce(locked.claim, '')
            THEN 'claimLost'
          WHEN locked.last_seq <> wanted.expected_seq THEN 'conflict'
          ELSE 'done'
        END AS verdict
      FROM wanted LEFT JOIN locked USING (id)
    ), accepted AS MATERIALIZED (
      SELECT * FROM judged WHERE verdict = 'done'
    ), moved AS (
      UPDATE stepstream.session SET
        last_seq = accepted.expected_seq + accepted.events,
        status = coalesce(accepted.status, session.status),
        wake_at = CASE WHEN accepted.status IS NULL THEN session.wake_at ELSE accepted.wake_at END,
        ended_at = CASE WHEN accepted.status IS NULL THEN session.ended_at ELSE accepted.ended_at END,
        -- whoever had it may be gone before it lets go
        owner = CASE WHEN accepted.ended_at IS NULL THEN session.owner END,
        claim = CASE WHEN accepted.ended_at IS NULL THEN session.claim END
      FROM accepted
      -- the array, so that the rows are found by their index
      WHERE session.no = ANY (ARRAY(SELECT no FROM accepted)) AND session.no = accepted.no
    ), ${takePositions}, logged AS (
      INSERT INTO stepstream.event (session, seq, position, tenant, type, body)
      SELECT accepted.no, event.seq, taken.before + row_number() OVER (ORDER BY event.place),
        accepted.tenant, event.type, event.body
      FROM unnest($10::bigint[], $11::bigint[], $12::text[], $13::text[]) WITH ORDINALITY
        AS event (unit, seq, type, body, place)
      JOIN accepted USING (unit) CROSS JOIN taken
    ), changed AS (
      SELECT tenant, old_status AS status, -1 AS change FROM accepted WHERE status <> old_status
      UNION ALL
      SELECT tenant, status, 1 FROM accepted WHERE status <> old_status
    ), counted AS (
      ${countChanges('FROM changed CROSS JOIN taken')}
    ), ${tellOthers('$14::text', notify)}
    SELECT (SELECT count(*) FROM told) AS told,
      (SELECT json_agg(json_build_array(unit, verdict, old_status))
        FROM judged WHERE verdict <> 'done' OR status IS NOT NULL) AS verdicts`
}
