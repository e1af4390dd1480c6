import { movedMarks } from '../transfer/moved-marks.ts'
import type { MovedSession, TransferTarget } from '../transfer/types.ts'
import type { SessionRow } from '../write.ts'
import type { Database } from './database.ts'
import { POSITION } from './event-log.ts'
import { prepareInsertLabel } from './label-rows.ts'

type TransferWrites = Omit<TransferTarget, 'written' | 'commit' | 'close'>

/** Writes what moves, inside a transaction that someone else holds. */
export function createTransferWrites(database: Database): TransferWrites {
  const insertSetting = database.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const insertSession = database.prepare(`
    INSERT INTO session (id, tenant, name, status, total_steps, created_at, wake_at, ended_at,
      workflow, workflow_version, priority, title)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const insertWorkflow = database.prepare(`
    INSERT INTO workflow (tenant, name, version, first_version, digest) VALUES (?, ?, ?, ?, ?)
  `)
  const insertVersion = database.prepare(`
    INSERT INTO workflow_version (tenant, name, version, description, total_steps, restored_from,
      created_at, digest, definition)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const insertDocument = database.prepare(`
    INSERT INTO document (tenant, kind, id, version, created_at, due_at, session_id, expires_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const insertPlan = database.prepare(
    'INSERT INTO plan (session, tenant, plan, correlation) VALUES (?, ?, ?, ?)',
  )
  const insertLabel = prepareInsertLabel(database)
  const insertEvent = database.prepare(
    'INSERT INTO event (position, session, tenant, seq, type, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const insertArtifact = database.prepare(`
    INSERT INTO artifact (id, tenant, session, step_id, name, content_type, bytes, created_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const insertKey = database.prepare(`
    INSERT INTO idempotency (tenant, key, request_hash, answer, session, session_id, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `)
  /** The row of the session that was added last; all that is added belongs to it. */
  let no = 0

  return {
    async addSetting({ name, value }) {
      insertSetting.run(name, value)
    },
    async addWorkflow({ tenant, name, version, firstVersion, digest }) {
      insertWorkflow.run(tenant, name, version, firstVersion, digest)
    },
    async addVersion({ tenant, name, version, ...rest }) {
      const { description, totalSteps, restoredFrom, createdAt, digest, definition } = rest
      const content = [description, totalSteps, restoredFrom, createdAt, digest, definition]
      insertVersion.run(tenant, name, version, ...content)
    },
    async addDocument({ tenant, documentKind, id, version, ...rest }) {
      const { createdAt, dueAt, sessionId, expiresAt, body } = rest
      const content = [createdAt, dueAt, sessionId, expiresAt, body]
      insertDocument.run(tenant, documentKind, id, version, ...content)
    },
    async addSession(session) {
      const { labels, ...marks } = movedMarks(session)
      no = insertRow(session, marks)
      insertPlan.run(no, session.tenant, session.plan, session.correlation)
      for (const { key, value } of labels) {
        insertLabel.run(no, session.tenant, key, value, session.createdAt, session.id)
      }
    },
    async addEvents({ tenant }, events) {
      for (const { position, seq, type, body } of events) {
        insertEvent.run(position, no, tenant, seq, type, body)
      }
    },
    async addArtifact({ tenant }, { id, stepId, name, contentType, bytes, createdAt }) {
      insertArtifact.run(id, tenant, no, stepId, name, contentType, bytes, createdAt)
    },
    async addKey({ id, tenant }, { key, requestHash, answer, expiresAt }) {
      insertKey.run(tenant, key, requestHash, answer, no, id, expiresAt)
    },
    async finish(position) {
      database.exec(`
        INSERT OR REPLACE INTO status_count (tenant, status, sessions)
          SELECT tenant, status, count(*) FROM session GROUP BY tenant, status
      `)
      insertSetting.run(POSITION, String(position))
    },
  }

  function insertRow(
    session: MovedSession,
    { title, priority }: Pick<SessionRow, 'title' | 'priority'>,
  ): number {
    const { id, tenant, name, status, totalSteps, createdAt, wakeAt, endedAt } = session
    const { workflow, workflowVersion } = session
    const row = [id, tenant, name, status, totalSteps, createdAt, wakeAt, endedAt]
    return insertSession.run(...row, workflow, workflowVersion, priority, title).lastId
  }
}
