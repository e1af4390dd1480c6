import type { DocumentKey, NewDocument } from '../documents.ts'
import type { Outcome, PutDocumentWrite, RemoveDocumentWrite } from '../write.ts'
import type { WriteConnection, WriteStatement } from './write-connection.ts'

/** Writes documents of modules, each by one statement that commits by itself. */
export interface DocumentWrites {
  put(write: PutDocumentWrite): Promise<Outcome>
  remove(write: RemoveDocumentWrite): Promise<Outcome>
}

const insertOne = `
  INSERT INTO stepstream.document
    (tenant, kind, id, version, created_at, due_at, session_id, expires_at, body)
  VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant, kind, id) DO NOTHING
  RETURNING version`

// Whoever waited for the row judges it as it is then, so one of several writes.
const updateOne = `
  UPDATE stepstream.document SET version = version + 1, created_at = $4, due_at = $5,
    session_id = $6, expires_at = $7, body = $8
  WHERE tenant = $1 AND kind = $2 AND id = $3 AND version = $9
  RETURNING version`

const deleteOne = `
  DELETE FROM stepstream.document
  WHERE tenant = $1 AND kind = $2 AND id = $3 AND version = coalesce($4::bigint, version)
  RETURNING version`

const readVersion = `
  SELECT version FROM stepstream.document WHERE tenant = $1 AND kind = $2 AND id = $3`

export function createDocumentWrites(connection: WriteConnection): DocumentWrites {
  return {
    async put({ document, expected }) {
      const [written] = await connection.query<{ version: number }>(
        expected === 0 ? toInsert(document) : toUpdate(document, expected),
      )
      return written === undefined ? unexpected(document) : toWritten(written.version)
    },
    async remove({ key, expected }) {
      const { tenant, kind, id } = key
      const values = [tenant, kind, id, expected ?? null]
      const removed = await connection.query({ name: 'remove-document', text: deleteOne, values })
      return removed.length === 0 ? unexpected(key) : toWritten(undefined)
    },
  }

  /** A look of its own, because the statement that was refused sees what was current when it began. */
  async function unexpected({ tenant, kind, id }: DocumentKey): Promise<Outcome> {
    const values = [tenant, kind, id]
    const [held] = await connection.query<{ version: number }>({
      name: 'document-version',
      text: readVersion,
      values,
    })
    return { kind: 'done', value: { kind: 'unexpected', version: held?.version } }
  }
}

function toWritten(version: number | undefined): Outcome {
  return { kind: 'done', value: { kind: 'written', version } }
}

function toInsert(document: NewDocument): WriteStatement {
  return { name: 'insert-document', text: insertOne, values: valuesOf(document) }
}

function toUpdate(document: NewDocument, expected: number): WriteStatement {
  return {
    name: 'update-document',
    text: updateOne,
    values: [...valuesOf(document), expected],
  }
}

function valuesOf(document: NewDocument): unknown[] {
  const { tenant, kind, id, createdAt, dueAt, sessionId, expiresAt, body } = document
  return [tenant, kind, id, createdAt, dueAt, sessionId, expiresAt, body]
}
