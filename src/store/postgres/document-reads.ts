import type { Document, ListDocuments } from '../documents.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { Queries } from './queries.ts'
import type { Position } from './session-lists.ts'

type DocumentReads = Pick<
  StoreReads,
  'document' | 'listDocuments' | 'oldestDocuments' | 'countDocuments' | 'dueDocuments'
>

const documents = `
  SELECT tenant, kind, id, version, body, created_at AS "createdAt", due_at AS "dueAt",
    session_id AS "sessionId", expires_at AS "expiresAt"
  FROM stepstream.document WHERE`
const one = `${documents} tenant = $1 AND kind = $2 AND id = $3`
const position = `
  SELECT created_at AS "createdAt", id FROM stepstream.document
  WHERE tenant = $1 AND kind = $2 AND id = $3`
const newestFirst = 'ORDER BY created_at DESC, id DESC'
const before = 'tenant = $1 AND kind = $2 AND (created_at, id) < ($3::bigint, $4)'
const page = `${documents} ${before} ${newestFirst} LIMIT $5`
const pageOfSession = `${documents} session_id = $6 AND ${before} ${newestFirst} LIMIT $5`
/** The lateral query makes it one short walk along the index for each kind. */
const oldest = `
  SELECT found.* FROM unnest($2::text[]) AS wanted (kind) CROSS JOIN LATERAL (
    ${documents} tenant = $1 AND document.kind = wanted.kind
    ORDER BY created_at, id LIMIT $3
  ) AS found`
const count = `
  SELECT count(*)::int AS documents FROM stepstream.document WHERE tenant = $1 AND kind = $2`
const due = `${documents} due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2`

const beginning: Position = { createdAt: Number.MAX_SAFE_INTEGER, id: '' }

export function createDocumentReads(queries: Queries): DocumentReads {
  return {
    async document(tenant, kind, id) {
      const [row] = await queries.rows<Document>(one, [tenant, kind, id], 'document')
      return row
    },
    async listDocuments(list) {
      const { tenant, kind, sessionId, limit } = list
      const { createdAt, id } = await startOf(list)
      const values = [tenant, kind, createdAt, id, limit]
      return sessionId === undefined
        ? queries.rows<Document>(page, values)
        : queries.rows<Document>(pageOfSession, [...values, sessionId])
    },
    oldestDocuments: (tenant, kinds, limit) =>
      queries.rows<Document>(oldest, [tenant, kinds, limit], 'oldest-documents'),
    async countDocuments(tenant, kind) {
      const values = [tenant, kind]
      const [row] = await queries.rows<{ documents: number }>(count, values, 'count-documents')
      return row?.documents ?? 0
    },
    dueDocuments: (now, limit) => queries.rows<Document>(due, [now, limit], 'due-documents'),
  }

  async function startOf(list: ListDocuments): Promise<Position> {
    const { tenant, kind, after, behind = beginning } = list
    if (after === undefined) return behind
    const values = [tenant, kind, after]
    const [found] = await queries.rows<Position>(position, values, 'document-position')
    return found ?? beginning
  }
}
