import type { PoolClient } from 'pg'
import { movedMarks } from '../transfer/moved-marks.ts'
import type { TransferTarget } from '../transfer/types.ts'
import { bigintArray, textArray } from './binary-arrays.ts'

type TransferWrites = Omit<TransferTarget, 'written' | 'commit' | 'close'>

const upsertSetting = `
  INSERT INTO stepstream.setting (name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = excluded.value`

const insertSession = `
  WITH added AS (
    INSERT INTO stepstream.session
      (id, tenant, name, status, total_steps, created_at, wake_at, ended_at, last_seq,
        workflow, workflow_version, priority, title)
    VALUES ($1, $2::text, $3, $4, $5, $6, $7, $8, $9, $12, $13, $14, $15) RETURNING no
  )
  INSERT INTO stepstream.plan (session, tenant, plan, correlation)
  SELECT no, $2::text, $10::text, $11::text FROM added RETURNING session AS no`

const insertWorkflow = `
  INSERT INTO stepstream.workflow (tenant, name, version, first_version, digest)
  VALUES ($1, $2, $3, $4, $5)`

const insertVersion = `
  INSERT INTO stepstream.workflow_version (tenant, name, version, description, total_steps,
    restored_from, created_at, digest, definition)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const insertDocument = `
  INSERT INTO stepstream.document
    (tenant, kind, id, version, created_at, due_at, session_id, expires_at, body)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`

const insertLabels = `
  INSERT INTO stepstream.session_label (session, tenant, id, created_at, key, value)
  SELECT $1::bigint, $2::text, $3::text, $4::bigint, *
  FROM unnest($5::text[], $6::text[])`

const insertEvents = `
  INSERT INTO stepstream.event (session, tenant, seq, position, type, body)
  SELECT $1::bigint, $2::text, * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[])`

const insertArtifact = `
  INSERT INTO stepstream.artifact
    (session, tenant, id, step_id, name, content_type, bytes, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`

const insertKey = `
  INSERT INTO stepstream.idempotency
    (session, tenant, session_id, key, request_hash, answer, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7)`

const countStatuses = `
  INSERT INTO stepstream.status_count (tenant, status, sessions)
  SELECT tenant, status, count(*) FROM stepstream.session GROUP BY tenant, status
  ON CONFLICT (tenant, status) DO UPDATE SET sessions = excluded.sessions`

/** Writes what moves, inside a transaction that someone else holds. */
export function createTransferWrites(client: PoolClient): TransferWrites {
  /** The row of the session that was added last; all that is added belongs to it. */
  let no: number | undefined

  return {
    addSetting: ({ name, value }) => run(upsertSetting, [name, value]),
    addWorkflow: ({ tenant, name, version, firstVersion, digest }) =>
      run(insertWorkflow, [tenant, name, version, firstVersion, digest]),
    addVersion({ tenant, name, version, ...rest }) {
      const { description, totalSteps, restoredFrom, createdAt, digest, definition } = rest
      const content = [description, totalSteps, restoredFrom, createdAt, digest, definition]
      return run(insertVersion, [tenant, name, version, ...content])
    },
    addDocument({ tenant, documentKind, id, version, ...rest }) {
      const { createdAt, dueAt, sessionId, expiresAt, body } = rest
      const content = [createdAt, dueAt, sessionId, expiresAt, body]
      return run(insertDocument, [tenant, documentKind, id, version, ...content])
    },
    async addSession(session) {
      const { id, tenant, name, status, totalSteps, createdAt, wakeAt, endedAt, lastSeq } = session
      const row = [id, tenant, name, status, totalSteps, createdAt, wakeAt, endedAt, lastSeq]
      const { title, labels, priority } = movedMarks(session)
      const { rows } = await client.query(insertSession, [
        ...row,
        session.plan,
        session.correlation,
        session.workflow,
        session.workflowVersion,
        priority,
        title,
      ])
      no = rows[0].no
      if (labels.length === 0) return
      const [keys, values] = [labels.map(({ key }) => key), labels.map(({ value }) => value)]
      await run(insertLabels, [no, tenant, id, createdAt, textArray(keys), textArray(values)])
    },
    addEvents: ({ tenant }, events) =>
      run(insertEvents, [
        no,
        tenant,
        bigintArray(events.map(({ seq }) => seq)),
        bigintArray(events.map(({ position }) => position)),
        textArray(events.map(({ type }) => type)),
        textArray(events.map(({ body }) => body)),
      ]),
    addArtifact: ({ tenant }, { id, stepId, name, contentType, bytes, createdAt }) =>
      run(insertArtifact, [no, tenant, id, stepId, name, contentType, bytes, createdAt]),
    addKey: ({ id, tenant }, { key, requestHash, answer, expiresAt }) =>
      run(insertKey, [no, tenant, id, key, requestHash, answer, expiresAt]),
    async finish(position) {
      await run(countStatuses)
      await run('UPDATE stepstream.log_position SET position = greatest(position, $1)', [position])
    },
  }

  async function run(text: string, values: unknown[] = []): Promise<void> {
    await client.query(text, values)
  }
}
