import type { DocumentKey, DocumentWritten } from '../documents.ts'
import type { Outcome, PutDocumentWrite, RemoveDocumentWrite } from '../write.ts'
import type { Database } from './database.ts'

/** Writes documents of modules, inside a transaction that someone else holds. */
export interface DocumentWrites {
  put(write: PutDocumentWrite): Outcome
  remove(write: RemoveDocumentWrite): Outcome
}

export function createDocumentWrites(database: Database): DocumentWrites {
  const readVersion = database.prepare(
    'SELECT version FROM document WHERE tenant = ? AND kind = ? AND id = ?',
  )
  const put = database.prepare(`
    INSERT INTO document (tenant, kind, id, version, created_at, due_at, session_id, expires_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, kind, id) DO UPDATE SET version = excluded.version,
      created_at = excluded.created_at, due_at = excluded.due_at, session_id = excluded.session_id,
      expires_at = excluded.expires_at, body = excluded.body
  `)
  const drop = database.prepare('DELETE FROM document WHERE tenant = ? AND kind = ? AND id = ?')

  return {
    put: (write) => ({ kind: 'done', value: putIfExpected(write) }),
    remove: (write) => ({ kind: 'done', value: removeIfExpected(write) }),
  }

  function putIfExpected({ document, expected }: PutDocumentWrite): DocumentWritten {
    const held = versionOf(document)
    if ((held ?? 0) !== expected) return { kind: 'unexpected', version: held }
    const { tenant, kind, id, createdAt, dueAt, sessionId, expiresAt, body } = document
    const version = expected + 1
    put.run(tenant, kind, id, version, createdAt, dueAt, sessionId, expiresAt, body)
    return { kind: 'written', version }
  }

  function removeIfExpected({ key, expected }: RemoveDocumentWrite): DocumentWritten {
    const held = versionOf(key)
    if (held === undefined || held !== (expected ?? held)) {
      return { kind: 'unexpected', version: held }
    }
    drop.run(key.tenant, key.kind, key.id)
    return { kind: 'written', version: undefined }
  }

  function versionOf({ tenant, kind, id }: DocumentKey): number | undefined {
    return readVersion.get<{ version: number }>(tenant, kind, id)?.version
  }
}
