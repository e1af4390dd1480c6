import { finalSessionStatuses } from '../../session/status.ts'
import { type Capacity, queueFull } from '../capacity.ts'
import type { Created } from '../types.ts'
import { type AppendWrite, type CreateWrite, done, type Outcome } from '../write.ts'
import type { Database } from './database.ts'
import type { EventLog } from './event-log.ts'
import { prepareInsertLabel } from './label-rows.ts'
import type { SessionHeads } from './session-heads.ts'
import type { StatusCounts } from './status-counts.ts'

/** Writes sessions and their events, inside a transaction that someone else holds. */
export interface SessionWrites {
  create(write: CreateWrite): Outcome
  append(write: AppendWrite): Outcome
}

interface HeldKey {
  readonly requestHash: string
  readonly answer: string
  readonly sessionId: string
  readonly expiresAt: number
}

export function createSessionWrites(
  database: Database,
  log: EventLog,
  heads: SessionHeads,
  counts: StatusCounts,
  capacity: Capacity | undefined,
): SessionWrites {
  const insertSession = database.prepare(`
    INSERT INTO session (id, tenant, name, status, total_steps, created_at, wake_at, ended_at,
      workflow, workflow_version, priority, title)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
  `)
  const insertPlan = database.prepare(
    'INSERT INTO plan (session, tenant, plan, correlation) VALUES (?, ?, ?, ?)',
  )
  const insertLabel = prepareInsertLabel(database)
  const updateSession = database.prepare(
    'UPDATE session SET status = ?, wake_at = ?, ended_at = ? WHERE no = ?',
  )
  const heldKey = database.prepare(`
    SELECT request_hash AS requestHash, answer, session_id AS sessionId, expires_at AS expiresAt
    FROM idempotency WHERE tenant = ? AND key = ?
  `)
  const claimKey = database.prepare(`
    INSERT OR REPLACE INTO idempotency
      (tenant, key, request_hash, answer, session, session_id, expires_at)
    VALUES (?, ?, ?, ?, ?, ?, ?)
  `)

  return {
    create({ session, events, idempotency }) {
      const { id, tenant, status } = session
      if (idempotency !== undefined) {
        const held = heldKey.get<HeldKey>(tenant, idempotency.key)
        if (held !== undefined && held.expiresAt > session.createdAt) return taken(held)
      }
      if (capacity !== undefined && counts.runnable() >= capacity.running + capacity.queued) {
        return queueFull(capacity)
      }
      const inserted = insertSession.run(
        id,
        tenant,
        session.name,
        status,
        session.totalSteps,
        session.createdAt,
        session.wakeAt,
        session.endedAt,
        session.workflow,
        session.workflowVersion,
        session.priority,
        session.title,
      )
      if (inserted.changes === 0) return { kind: 'conflict' }
      const no = inserted.lastId
      insertPlan.run(no, tenant, session.plan, session.correlation)
      for (const { key, value } of session.labels) {
        insertLabel.run(no, tenant, key, value, session.createdAt, id)
      }
      if (idempotency !== undefined) {
        const { key, requestHash, answer, expiresAt } = idempotency
        claimKey.run(tenant, key, requestHash, answer, no, id, expiresAt)
      }
      const head = { no, tenant, lastSeq: 0, status }
      log.add(head, events)
      heads.put(id, head)
      counts.move(tenant, undefined, status)
      return { kind: 'done', value: { created: true }, status }
    },

    append({ sessionId, tenant, expectedSeq, events, summary }) {
      const head = heads.get(sessionId)
      if (head === undefined || head.tenant !== tenant || head.lastSeq !== expectedSeq) {
        return { kind: 'conflict' }
      }
      log.add(head, events)
      if (summary === undefined) return done
      updateSession.run(summary.status, summary.wakeAt, summary.endedAt, head.no)
      if (summary.status === head.status) return done
      counts.move(tenant, head.status, summary.status)
      head.status = summary.status
      if (finalSessionStatuses.has(summary.status)) heads.delete(sessionId)
      return { kind: 'done', status: summary.status }
    },
  }
}

function taken({ requestHash, answer, sessionId }: HeldKey): Outcome {
  const value: Created = { created: false, requestHash, answer, sessionId }
  return { kind: 'done', value }
}
