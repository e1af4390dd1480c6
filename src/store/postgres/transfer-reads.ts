import type { PoolClient } from 'pg'
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
import { migrations } from './migrations.ts'

/** Few, because each comes with its plan. */
const SESSIONS = 16
const EVENTS = 256
const DOCUMENTS = 64

type SessionRow = MovedSession & { readonly purge: string }

/** With the state of its session, if there is one. */
type DocumentRow = MovedDocument & { readonly purge: string | null }

const ofSession = 'session = (SELECT no FROM stepstream.session WHERE id = $1)'

/*
 * Pages are bounded by what the index alone decides, and hidden sessions are left out afterwards:
 * where a table has no statistics yet, the planner would otherwise sort all the rest for each page.
 */

const selectSessions = `
  SELECT id, session.tenant, name, status, total_steps AS "totalSteps", created_at AS "createdAt",
    wake_at AS "wakeAt", ended_at AS "endedAt", workflow, workflow_version AS "workflowVersion",
    last_seq AS "lastSeq", correlation, plan, purge
  FROM (SELECT * FROM stepstream.session WHERE id > $1 ORDER BY id LIMIT ${SESSIONS}) AS session
    LEFT JOIN stepstream.plan ON plan.session = session.no
  ORDER BY id`

const selectWorkflows = `
  SELECT tenant, name, version, first_version AS "firstVersion", digest FROM stepstream.workflow
  WHERE (tenant COLLATE "C", name) > ($1, $2) ORDER BY tenant COLLATE "C", name LIMIT ${SESSIONS}`

// What was removed may still have rows.
const selectVersions = `
  SELECT tenant, name, held.version, description, total_steps AS "totalSteps",
    restored_from AS "restoredFrom", created_at AS "createdAt", held.digest, definition
  FROM stepstream.workflow_version AS held JOIN stepstream.workflow AS head USING (tenant, name)
  WHERE tenant = $1 AND name = $2 AND held.version > $3
    AND head.digest IS NOT NULL AND held.version >= head.first_version
  ORDER BY held.version LIMIT ${SESSIONS}`

const selectDocuments = `
  SELECT tenant, kind AS "documentKind", id, version, created_at AS "createdAt", due_at AS "dueAt",
    session_id AS "sessionId", expires_at AS "expiresAt", body,
    (SELECT purge FROM stepstream.session WHERE session.id = document.session_id) AS purge
  FROM stepstream.document WHERE (tenant, kind, id) > ($1, $2, $3)
  ORDER BY tenant, kind, id LIMIT ${DOCUMENTS}`

const selectEvents = `
  SELECT seq, position, type, body FROM stepstream.event
  WHERE ${ofSession} AND seq > $2::bigint AND seq <= $2::bigint + ${EVENTS} ORDER BY seq`

const selectArtifacts = `
  SELECT id, step_id AS "stepId", name, content_type AS "contentType", bytes,
    created_at AS "createdAt"
  FROM stepstream.artifact WHERE ${ofSession} ORDER BY created_at, id`

const selectKeys = `
  SELECT key, request_hash AS "requestHash", answer, expires_at AS "expiresAt"
  FROM stepstream.idempotency WHERE ${ofSession} ORDER BY key COLLATE "C"`

/** Everything that moves, inside a transaction that someone else holds. */
export function createTransferReads(client: PoolClient): Omit<TransferSource, 'close'> {
  return {
    store: 'postgres',
    schema: migrations.length,
    async position() {
      const found = await rows<{ position: number }>('SELECT position FROM stepstream.log_position')
      return found[0]?.position ?? 0
    },
    settings: () =>
      rows<MovedSetting>(
        `SELECT name, value FROM stepstream.setting WHERE name NOT LIKE 'store.%' ORDER BY name COLLATE "C"`,
      ),
    async *workflows() {
      for (let after = ['', '']; ; ) {
        const page = await rows<MovedWorkflow>(selectWorkflows, after)
        yield* page
        const last = page.at(-1)
        if (last === undefined) return
        after = [last.tenant, last.name]
      }
    },
    async *versions({ tenant, name }) {
      for (let after = 0; ; ) {
        const page = await rows<MovedVersion>(selectVersions, [tenant, name, after])
        yield* page
        const last = page.at(-1)
        if (last === undefined) return
        after = last.version
      }
    },
    async *documents() {
      for (let after = ['', '', '']; ; ) {
        const page = await rows<DocumentRow>(selectDocuments, after)
        // Those of sessions that are being removed stay with them.
        for (const row of page) if ((row.purge ?? 'live') === 'live') yield row
        const last = page.at(-1)
        if (last === undefined) return
        after = [last.tenant, last.documentKind, last.id]
      }
    },
    async *sessions() {
      for (let after = ''; ; ) {
        const page = await rows<SessionRow>(selectSessions, [after])
        for (const session of page) if (session.purge === 'live') yield session
        const last = page.at(-1)
        if (last === undefined) return
        after = last.id
      }
    },
    async *events({ id, lastSeq }) {
      for (let after = 0; after < lastSeq; after += EVENTS) {
        yield await rows<MovedEvent>(selectEvents, [id, after])
      }
    },
    artifacts: (sessionId) => rows<MovedArtifact>(selectArtifacts, [sessionId]),
    keys: (sessionId) => rows<IdempotencyClaim>(selectKeys, [sessionId]),
  }

  async function rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await client.query(text, values)).rows as Row[]
  }
}
