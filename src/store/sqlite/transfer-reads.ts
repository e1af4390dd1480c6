import type {
  MovedArtifact,
  MovedDocument,
  MovedEvent,
  MovedSession,
  MovedSetting,
  MovedVersion,
  MovedWorkflow,
  TransferSource,
} from '../transfer/types.ts'
import type { IdempotencyClaim } from '../types.ts'
import type { Database } from './database.ts'
import { POSITION } from './event-log.ts'
import { migrations } from './migrations.ts'

const PAGE = 256

/** Everything that moves; the folder must be held, so that nobody writes meanwhile. */
export function createTransferReads(database: Database): Omit<TransferSource, 'close'> {
  const position = database.prepare(`
    SELECT max(
      (SELECT coalesce(max(position), 0) FROM event),
      (SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM setting WHERE name = '${POSITION}')
    ) AS last
  `)
  const settings = database.prepare(
    "SELECT name, value FROM setting WHERE name NOT LIKE 'store.%' ORDER BY name",
  )
  const sessions = database.prepare(`
    SELECT id, session.tenant, name, status, total_steps AS totalSteps, created_at AS createdAt,
      wake_at AS wakeAt, ended_at AS endedAt, workflow, workflow_version AS workflowVersion,
      correlation, plan,
      (SELECT coalesce(max(seq), 0) FROM event WHERE event.session = no) AS lastSeq
    FROM session JOIN plan ON plan.session = session.no
    WHERE purge = 'live' AND id > ? ORDER BY id LIMIT 1
  `)
  const workflows = database.prepare(`
    SELECT tenant, name, version, first_version AS firstVersion, digest FROM workflow
    WHERE (tenant, name) > (?, ?) ORDER BY tenant, name LIMIT 1
  `)
  const versions = database.prepare(`
    SELECT tenant, name, version, description, total_steps AS totalSteps,
      restored_from AS restoredFrom, created_at AS createdAt, digest, definition
    FROM workflow_version WHERE tenant = ? AND name = ? AND version > ? ORDER BY version LIMIT 1
  `)
  // Those of sessions that are being removed stay with them.
  const documents = database.prepare(`
    SELECT tenant, kind AS documentKind, id, version, created_at AS createdAt, due_at AS dueAt,
      session_id AS sessionId, expires_at AS expiresAt, body
    FROM document WHERE (tenant, kind, id) > (?, ?, ?)
      AND NOT EXISTS (
        SELECT 1 FROM session WHERE session.id = document.session_id AND purge <> 'live')
    ORDER BY tenant, kind, id LIMIT 1
  `)
  const events = database.prepare(`
    SELECT seq, position, type, body FROM event
    WHERE session = (SELECT no FROM session WHERE id = ?) AND seq > ? ORDER BY seq LIMIT ${PAGE}
  `)
  const artifacts = database.prepare(`
    SELECT id, step_id AS stepId, name, content_type AS contentType, bytes, created_at AS createdAt
    FROM artifact WHERE session = (SELECT no FROM session WHERE id = ?) ORDER BY created_at, id
  `)
  const keys = database.prepare(`
    SELECT key, request_hash AS requestHash, answer, expires_at AS expiresAt
    FROM idempotency WHERE session = (SELECT no FROM session WHERE id = ?) ORDER BY key
  `)

  return {
    store: 'sqlite',
    schema: migrations.length,
    position: async () => position.get<{ last: number }>()?.last ?? 0,
    settings: async () => settings.all<MovedSetting>(),
    async *workflows() {
      for (let found = workflows.get<MovedWorkflow>('', ''); found !== undefined; ) {
        yield found
        found = workflows.get<MovedWorkflow>(found.tenant, found.name)
      }
    },
    async *versions({ tenant, name }) {
      for (let found = versions.get<MovedVersion>(tenant, name, 0); found !== undefined; ) {
        yield found
        found = versions.get<MovedVersion>(tenant, name, found.version)
      }
    },
    async *documents() {
      for (let found = documents.get<MovedDocument>('', '', ''); found !== undefined; ) {
        yield found
        found = documents.get<MovedDocument>(found.tenant, found.documentKind, found.id)
      }
    },
    async *sessions() {
      for (let session = sessions.get<MovedSession>(''); session !== undefined; ) {
        yield session
        session = sessions.get<MovedSession>(session.id)
      }
    },
    async *events({ id }) {
      for (let after = 0; ; ) {
        const page = events.all<MovedEvent>(id, after)
        const last = page.at(-1)
        if (last === undefined) return
        yield page
        after = last.seq
      }
    },
    artifacts: async (sessionId) => artifacts.all<MovedArtifact>(sessionId),
    keys: async (sessionId) => keys.all<IdempotencyClaim>(sessionId),
  }
}
