import type { Document, ListDocuments } from '../documents.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { Database } from './database.ts'
import type { Position } from './session-lists.ts'

type DocumentReads = Pick<
  StoreReads,
  'document' | 'listDocuments' | 'oldestDocuments' | 'countDocuments' | 'dueDocuments'
>

const columns = `tenant, kind, id, version, body, created_at AS createdAt, due_at AS dueAt,
  session_id AS sessionId, expires_at AS expiresAt`

const beginning: Position = { createdAt: Number.MAX_SAFE_INTEGER, id: '' }

export function createDocumentReads(database: Database): DocumentReads {
  const one = database.prepare(
    `SELECT ${columns} FROM document WHERE tenant = ? AND kind = ? AND id = ?`,
  )
  const position = database.prepare(
    'SELECT created_at AS createdAt, id FROM document WHERE tenant = ? AND kind = ? AND id = ?',
  )
  const page = database.prepare(`
    SELECT ${columns} FROM document INDEXED BY document_by_creation
    WHERE tenant = ? AND kind = ? AND (created_at, id) < (?, ?)
    ORDER BY created_at DESC, id DESC LIMIT ?
  `)
  const pageOfSession = database.prepare(`
    SELECT ${columns} FROM document INDEXED BY document_by_session
    WHERE session_id = ? AND tenant = ? AND kind = ? AND (created_at, id) < (?, ?)
    ORDER BY created_at DESC, id DESC LIMIT ?
  `)
  const oldest = database.prepare(`
    SELECT ${columns} FROM document INDEXED BY document_by_creation
    WHERE tenant = ? AND kind = ? ORDER BY created_at, id LIMIT ?
  `)
  const count = database.prepare(`
    SELECT count(*) AS documents FROM document INDEXED BY document_by_creation
    WHERE tenant = ? AND kind = ?
  `)
  const due = database.prepare(`
    SELECT ${columns} FROM document INDEXED BY document_due
    WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at LIMIT ?
  `)

  return {
    async document(tenant, kind, id) {
      const row = one.get<Document>(tenant, kind, id)
      return row && { ...row }
    },
    async listDocuments(list) {
      const { tenant, kind, sessionId, limit } = list
      const { createdAt, id } = startOf(list)
      const rows =
        sessionId === undefined
          ? page.all<Document>(tenant, kind, createdAt, id, limit)
          : pageOfSession.all<Document>(sessionId, tenant, kind, createdAt, id, limit)
      return rows.map((row) => ({ ...row }))
    },
    async oldestDocuments(tenant, kinds, limit) {
      const rows = kinds.flatMap((kind) => oldest.all<Document>(tenant, kind, limit))
      return rows.map((row) => ({ ...row }))
    },
    async countDocuments(tenant, kind) {
      return count.get<{ documents: number }>(tenant, kind)?.documents ?? 0
    },
    async dueDocuments(now, limit) {
      return due.all<Document>(now, limit).map((row) => ({ ...row }))
    },
  }

  function startOf({ tenant, kind, after, behind = beginning }: ListDocuments): Position {
    if (after === undefined) return behind
    return position.get<Position>(tenant, kind, after) ?? beginning
  }
}
