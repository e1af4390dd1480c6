import type { PoolClient } from 'pg'
import type {
  MovedArtifact,
  MovedEvent,
  MovedSession,
  MovedSetting,
  TransferSource,
} from '../transfer/types.ts'
import type { IdempotencyClaim } from '../types.ts'
import { migrations } from './migrations.ts'

/** Few, because each comes with its plan. */
const SESSIONS = 16
const EVENTS = 256

const ofSession = 'session = (SELECT no FROM stepstream.session WHERE id = $1)'

const selectSessions = `
  SELECT id, session.tenant, name, status, total_steps AS "totalSteps", created_at AS "createdAt",
    wake_at AS "wakeAt", ended_at AS "endedAt", last_seq AS "lastSeq", correlation, plan
  FROM stepstream.session JOIN stepstream.plan ON plan.session = session.no
  WHERE purge = 'live' AND id > $1 ORDER BY id LIMIT ${SESSIONS}`

const selectEvents = `
  SELECT seq, position, type, body FROM stepstream.event
  WHERE ${ofSession} AND seq > $2 ORDER BY seq LIMIT ${EVENTS}`

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
    async *sessions() {
      const read = (last?: MovedSession) => rows<MovedSession>(selectSessions, [last?.id ?? ''])
      for await (const page of pages(SESSIONS, read)) yield* page
    },
    events: (sessionId) =>
      pages<MovedEvent>(EVENTS, (last) => rows(selectEvents, [sessionId, last?.seq ?? 0])),
    artifacts: (sessionId) => rows<MovedArtifact>(selectArtifacts, [sessionId]),
    keys: (sessionId) => rows<IdempotencyClaim>(selectKeys, [sessionId]),
  }

  async function rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await client.query(text, values)).rows as Row[]
  }
}

/** A page with room left is the last. */
async function* pages<Row>(
  limit: number,
  next: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let last: Row | undefined; ; ) {
    const page = await next(last)
    yield page
    if (page.length < limit) return
    last = page.at(-1)
  }
}
