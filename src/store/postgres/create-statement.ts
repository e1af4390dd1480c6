import { type Capacity, queueFull } from '../capacity.ts'
import type { Created } from '../types.ts'
import type { CreateWrite, Outcome } from '../write.ts'
import { messages, type StatementOptions } from './append-statement.ts'
import { bigintArray, textArray } from './binary-arrays.ts'
import { eventColumns } from './event-columns.ts'
import { countChanges, takePositions, tellOthers } from './shared-sql.ts'
import type { WriteConnection } from './write-connection.ts'
import { failed } from './write-faults.ts'

/** Writes new sessions by one statement, which is one commit; idempotency keys differ. */
export type CreateSessions = (writes: readonly CreateWrite[]) => Promise<readonly Outcome[]>

interface HeldKey {
  readonly write: number
  readonly requestHash: string
  readonly answer: string
  readonly sessionId: string
}

/** How often a key may vanish between being in the way and being read. */
const ATTEMPTS = 5

export interface CreateOptions extends StatementOptions {
  /** @default no limit */
  readonly capacity?: Capacity | undefined
}

interface Row {
  readonly held: readonly number[] | null
  readonly room: number | null
}

export function createCreateSessions(
  connection: WriteConnection,
  { owner, notify, capacity }: CreateOptions,
): CreateSessions {
  const text = createSql(notify)
  return create

  async function create(writes: readonly CreateWrite[], attempt = 1): Promise<readonly Outcome[]> {
    const values = [
      ...sessionColumns(writes),
      ...eventColumns(writes),
      owner,
      ...labelColumns(writes),
      capacity?.queued ?? null,
      capacity?.running ?? null,
      bigintArray(writes.map(({ session }) => session.priority)),
      textArray(writes.map(({ session }) => session.title)),
    ]
    const [row] = await connection.query<Row>({ name: 'create', text, values })
    const room = row?.room ?? writes.length
    const outcomes: Outcome[] = writes.map(({ session: { status } }, index) => {
      if (capacity !== undefined && index >= room) return queueFull(capacity)
      return { kind: 'done', value: { created: true }, status }
    })
    const refused = (row?.held ?? []).map((place) => place - 1)
    if (refused.length > 0) {
      const losers = refused.map((index) => writes[index] as CreateWrite)
      // The others are created by now, whatever comes of these.
      const again = await answerRefused(losers).catch((error) => losers.map(() => failed(error)))
      for (const [place, outcome] of again.entries()) outcomes[refused[place] as number] = outcome
    }
    return outcomes

    async function answerRefused(losers: readonly CreateWrite[]): Promise<readonly Outcome[]> {
      const held = await readKeys(losers)
      const outcomes: (Outcome | undefined)[] = losers.map(() => undefined)
      for (const { write, ...key } of held) {
        const value: Created = { created: false, ...key }
        outcomes[write - 1] = { kind: 'done', value }
      }
      const free = losers.filter((_, index) => outcomes[index] === undefined)
      if (free.length === 0) return outcomes as Outcome[]
      if (attempt === ATTEMPTS) throw new Error('an idempotency key is neither held nor free')
      const retried = (await create(free, attempt + 1)).values()
      return outcomes.map((outcome) => outcome ?? (retried.next().value as Outcome))
    }
  }

  function readKeys(writes: readonly CreateWrite[]): Promise<readonly HeldKey[]> {
    return connection.query({
      name: 'read-keys',
      text: `
        SELECT wanted.write, request_hash AS "requestHash", answer, session_id AS "sessionId"
        FROM stepstream.idempotency AS held
        JOIN unnest($1::text[], $2::text[], $3::bigint[]) WITH ORDINALITY
          AS wanted (tenant, key, created_at, write)
          ON held.tenant = wanted.tenant AND held.key = wanted.key
            AND held.expires_at > wanted.created_at
        WHERE held.key = ANY ($2::text[]) AND held.tenant = ANY ($1::text[])`,
      values: [
        textArray(writes.map(({ session }) => session.tenant)),
        textArray(writes.map(({ idempotency }) => idempotency?.key ?? null)),
        bigintArray(writes.map(({ session }) => session.createdAt)),
      ],
    })
  }
}

function sessionColumns(writes: readonly CreateWrite[]): Buffer[] {
  const sessions = writes.map((write) => write.session)
  const keys = writes.map((write) => write.idempotency)
  return [
    textArray(sessions.map((session) => session.id)),
    textArray(sessions.map((session) => session.tenant)),
    textArray(sessions.map((session) => session.name)),
    textArray(sessions.map((session) => session.status)),
    bigintArray(sessions.map((session) => session.totalSteps)),
    bigintArray(sessions.map((session) => session.createdAt)),
    bigintArray(sessions.map((session) => session.wakeAt)),
    bigintArray(sessions.map((session) => session.endedAt)),
    textArray(sessions.map((session) => session.plan)),
    textArray(sessions.map((session) => session.correlation)),
    textArray(sessions.map((session) => session.workflow)),
    bigintArray(sessions.map((session) => session.workflowVersion)),
    bigintArray(writes.map((write) => write.events.length)),
    textArray(keys.map((key) => key?.key ?? null)),
    textArray(keys.map((key) => key?.requestHash ?? null)),
    textArray(keys.map((key) => key?.answer ?? null)),
    bigintArray(keys.map((key) => key?.expiresAt ?? null)),
    bigintArray(messages(sessions.map((session) => session.id))),
  ]
}

/** To which session each label belongs, counted from 1, its key and its value. */
function labelColumns(writes: readonly CreateWrite[]): Buffer[] {
  const labels = writes.flatMap(({ session }) => session.labels)
  return [
    bigintArray(writes.flatMap(({ session }, index) => session.labels.map(() => index + 1))),
    textArray(labels.map(({ key }) => key)),
    textArray(labels.map(({ value }) => value)),
  ]
}

/**
 * Where there is a limit, the log's position is locked first, and what is runnable is counted
 * after that: whoever changes the counts locks it before. Then come the keys, in order, so that no
 * two statements wait for each other. A key that is held keeps its session from being created; one
 * that has expired is replaced.
 */
function createSql(notify: boolean): string {
  return `
    WITH wanted AS MATERIALIZED (
      SELECT nextval('stepstream.session_no_seq') AS no, wanted.*
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::text[], $10::text[], $11::text[], $12::bigint[],
        $13::bigint[], $14::text[], $15::text[], $16::text[], $17::bigint[], $18::bigint[],
        $29::bigint[], $30::text[])
        WITH ORDINALITY AS wanted (id, tenant, name, status, total_steps, created_at, wake_at,
          ended_at, plan, correlation, workflow, workflow_version, events, key, request_hash,
          answer, expires_at, message, priority, title, write)
    ), room AS MATERIALIZED (
      SELECT $27::bigint + $28::bigint * (SELECT count(*) FROM stepstream.replica)
        - stepstream.runnable_sessions() AS sessions
      FROM (SELECT position FROM stepstream.log_position WHERE $27::bigint IS NOT NULL
        FOR NO KEY UPDATE) AS held
    ), admitted AS MATERIALIZED (
      SELECT * FROM wanted WHERE write <= coalesce((SELECT sessions FROM room), write)
    ), keyed AS MATERIALIZED (
      INSERT INTO stepstream.idempotency AS held
        (tenant, key, request_hash, answer, session, session_id, expires_at)
      SELECT tenant, key, request_hash, answer, no, id, expires_at FROM admitted
      WHERE key IS NOT NULL ORDER BY tenant, key
      ON CONFLICT (tenant, key) DO UPDATE SET request_hash = excluded.request_hash,
        answer = excluded.answer, session = excluded.session, session_id = excluded.session_id,
        expires_at = excluded.expires_at
      WHERE held.expires_at <= (SELECT created_at FROM wanted WHERE no = excluded.session)
      RETURNING session
    ), accepted AS MATERIALIZED (
      SELECT * FROM admitted WHERE key IS NULL OR no IN (SELECT session FROM keyed)
    ), opened AS (
      INSERT INTO stepstream.session (no, id, tenant, name, status, total_steps, created_at,
        wake_at, ended_at, workflow, workflow_version, last_seq, owner, priority, title)
      SELECT no, id, tenant, name, status, total_steps, created_at, wake_at, ended_at, workflow,
        workflow_version, events, $23, priority, title
      FROM accepted ORDER BY id
    ), planned AS (
      INSERT INTO stepstream.plan (session, tenant, plan, correlation)
      SELECT no, tenant, plan, correlation FROM accepted
    ), labelled AS (
      INSERT INTO stepstream.session_label (session, tenant, key, value, created_at, id)
      SELECT no, tenant, label.key, label.value, created_at, id
      FROM unnest($24::bigint[], $25::text[], $26::text[]) AS label (write, key, value)
      JOIN accepted USING (write)
    ), ${takePositions}, logged AS (
      INSERT INTO stepstream.event (session, seq, position, tenant, type, body)
      SELECT accepted.no, event.seq, taken.before + row_number() OVER (ORDER BY event.place),
        accepted.tenant, event.type, event.body
      FROM unnest($19::bigint[], $20::bigint[], $21::text[], $22::text[]) WITH ORDINALITY
        AS event (write, seq, type, body, place)
      JOIN accepted USING (write) CROSS JOIN taken
    ), counted AS (
      ${countChanges('FROM (SELECT tenant, status, 1 AS change FROM accepted CROSS JOIN taken) AS changed')}
    ), ${tellOthers('$23::text', notify)}
    SELECT (SELECT count(*) FROM told) AS told,
      (SELECT json_agg(write) FROM admitted
        WHERE key IS NOT NULL AND no NOT IN (SELECT session FROM keyed)) AS held,
      (SELECT sessions FROM room) AS room`
}
