import { runnableSessionStatuses } from '../../session/status.ts'
import { type Capacity, queueFull } from '../capacity.ts'
import {
  type AppendWrite,
  type Committer,
  type CreateWrite,
  done,
  type Outcome,
  type PurgeWrite,
  type Write,
} from '../write.ts'
import { putDocument, removeDocument } from './memory-documents.ts'
import { type MemoryTables, visible } from './memory-tables.ts'
import { removeWorkflow, saveWorkflow } from './memory-workflows.ts'

/** Applies groups of writes to tables in memory. */
export function createMemoryCommitter(tables: MemoryTables, capacity?: Capacity): Committer {
  return { commit: (writes) => writes.map((write) => apply(tables, write, capacity)) }
}

function apply(tables: MemoryTables, write: Write, capacity: Capacity | undefined): Outcome {
  switch (write.kind) {
    case 'create':
      return create(tables, write, capacity)
    case 'append':
      return append(tables, write)
    case 'artifact':
      if (visible(tables, write.record.sessionId)?.row.tenant !== write.record.tenant) {
        return { kind: 'refused', code: 'SESSION_NOT_FOUND', message: 'there is no such session' }
      }
      tables.artifacts.set(write.record.id, write.record)
      return done
    case 'setting':
      if (!tables.settings.has(write.name)) tables.settings.set(write.name, write.value)
      return { kind: 'done', value: tables.settings.get(write.name) ?? write.value }
    case 'hide':
      return hide(tables, write.sessionId)
    case 'purge':
      return purge(tables, write)
    case 'saveWorkflow':
      return { kind: 'done', value: saveWorkflow(tables, write.workflow) }
    case 'removeWorkflow':
      return { kind: 'done', value: removeWorkflow(tables, write) }
    case 'putDocument':
      return { kind: 'done', value: putDocument(tables, write) }
    case 'removeDocument':
      return { kind: 'done', value: removeDocument(tables, write) }
    case 'probe':
      return done
  }
}

function create(
  tables: MemoryTables,
  { session, events, idempotency }: CreateWrite,
  capacity: Capacity | undefined,
): Outcome {
  const key = JSON.stringify([session.tenant, idempotency?.key])
  const held = idempotency && tables.keys.get(key)
  if (held !== undefined && held.expiresAt > session.createdAt) {
    const { requestHash, answer, sessionId } = held
    return { kind: 'done', value: { created: false, requestHash, answer, sessionId } }
  }
  if (capacity !== undefined && runnable(tables) >= capacity.running + capacity.queued) {
    return queueFull(capacity)
  }
  if (tables.sessions.has(session.id)) return { kind: 'conflict' }
  if (idempotency !== undefined) tables.keys.set(key, { ...idempotency, sessionId: session.id })
  const { status, wakeAt, endedAt } = session
  const summary = { status, wakeAt, endedAt }
  const log = { events: [...events], positions: events.map(() => ++tables.position) }
  tables.sessions.set(session.id, { row: session, summary, ...log, hidden: false })
  return { kind: 'done', value: { created: true }, status }
}

function runnable({ sessions }: MemoryTables): number {
  return [...sessions.values()].filter(({ summary }) =>
    runnableSessionStatuses.includes(summary.status),
  ).length
}

function append(tables: MemoryTables, write: AppendWrite): Outcome {
  const session = visible(tables, write.sessionId)
  if (session?.row.tenant !== write.tenant || session.events.length !== write.expectedSeq) {
    return { kind: 'conflict' }
  }
  session.events.push(...write.events)
  session.positions.push(...write.events.map(() => ++tables.position))
  if (write.summary === undefined) return done
  const changed = session.summary.status !== write.summary.status
  session.summary = write.summary
  return changed ? { kind: 'done', status: write.summary.status } : done
}

function hide(tables: MemoryTables, sessionId: string): Outcome {
  const session = visible(tables, sessionId)
  if (session === undefined) return done
  if (session.summary.endedAt === null) {
    return { kind: 'refused', code: 'SESSION_NOT_ENDED', message: 'the session has not ended' }
  }
  session.hidden = true
  dropFrom(tables.keys, (key) => key.sessionId === sessionId)
  return done
}

function purge(tables: MemoryTables, { endedBefore, now, maxRows }: PurgeWrite): Outcome {
  const removed: string[] = []
  let budget = maxRows
  dropFrom(tables.keys, (key) => key.expiresAt <= now)
  dropFrom(tables.documents, ({ expiresAt }) => expiresAt !== null && expiresAt <= now)
  for (const [id, session] of tables.sessions) {
    const { endedAt } = session.summary
    if (!session.hidden && (endedAt === null || endedAt >= endedBefore)) continue
    hide(tables, id)
    session.positions.splice(0, budget)
    budget -= session.events.splice(0, budget).length
    if (budget <= 0) return { kind: 'done', value: { removed, more: true } }
    dropFrom(tables.artifacts, (artifact) => artifact.sessionId === id)
    dropFrom(
      tables.documents,
      ({ tenant, sessionId }) => tenant === session.row.tenant && sessionId === id,
    )
    tables.sessions.delete(id)
    removed.push(id)
    budget -= 1
  }
  return { kind: 'done', value: { removed, more: false } }
}

function dropFrom<Key, Value>(map: Map<Key, Value>, condition: (value: Value) => boolean): void {
  for (const [key, value] of map) if (condition(value)) map.delete(key)
}
