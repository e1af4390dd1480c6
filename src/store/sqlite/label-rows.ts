import type { Database, Statement } from './database.ts'

/** Takes the session's row, its tenant, the key, the value, when the session was created, and its id. */
export function prepareInsertLabel(database: Database): Statement {
  return database.prepare(
    'INSERT INTO session_label (session, tenant, key, value, created_at, id) VALUES (?, ?, ?, ?, ?, ?)',
  )
}
