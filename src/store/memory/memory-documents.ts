import type { DocumentKey, DocumentPlace, DocumentWritten } from '../documents.ts'
import type { StoreReads } from '../grouped-store.ts'
import type { PutDocumentWrite, RemoveDocumentWrite } from '../write.ts'
import type { MemoryTables } from './memory-tables.ts'

type DocumentReads = Pick<
  StoreReads,
  'document' | 'listDocuments' | 'oldestDocuments' | 'countDocuments' | 'dueDocuments'
>

export function putDocument(
  { documents }: MemoryTables,
  { document, expected }: PutDocumentWrite,
): DocumentWritten {
  const key = keyOf(document)
  const version = documents.get(key)?.version
  if ((version ?? 0) !== expected) return { kind: 'unexpected', version }
  documents.set(key, { ...document, version: expected + 1 })
  return { kind: 'written', version: expected + 1 }
}

export function removeDocument(
  { documents }: MemoryTables,
  write: RemoveDocumentWrite,
): DocumentWritten {
  const key = keyOf(write.key)
  const version = documents.get(key)?.version
  if (version === undefined || version !== (write.expected ?? version)) {
    return { kind: 'unexpected', version }
  }
  documents.delete(key)
  return { kind: 'written', version: undefined }
}

export function createMemoryDocumentReads({ documents }: MemoryTables): DocumentReads {
  return {
    async document(tenant, kind, id) {
      return documents.get(keyOf({ tenant, kind, id }))
    },
    async listDocuments({ tenant, kind, sessionId, after, behind, limit }) {
      const start = after === undefined ? behind : documents.get(keyOf({ tenant, kind, id: after }))
      return [...documents.values()]
        .filter((document) => document.tenant === tenant && document.kind === kind)
        .filter((document) => sessionId === undefined || document.sessionId === sessionId)
        .filter((document) => start === undefined || newestFirst(start, document) < 0)
        .toSorted(newestFirst)
        .slice(0, limit)
    },
    async oldestDocuments(tenant, kinds, limit) {
      const all = [...documents.values()].filter((document) => document.tenant === tenant)
      return kinds.flatMap((kind) =>
        all
          .filter((document) => document.kind === kind)
          .toSorted((a, b) => newestFirst(b, a))
          .slice(0, limit),
      )
    },
    async countDocuments(tenant, kind) {
      const all = [...documents.values()]
      return all.filter((document) => document.tenant === tenant && document.kind === kind).length
    },
    async dueDocuments(now, limit) {
      return [...documents.values()]
        .flatMap((document) =>
          document.dueAt === null ? [] : [{ dueAt: document.dueAt, document }],
        )
        .filter(({ dueAt }) => dueAt <= now)
        .toSorted((a, b) => a.dueAt - b.dueAt)
        .slice(0, limit)
        .map(({ document }) => document)
    },
  }
}

function newestFirst(a: DocumentPlace, b: DocumentPlace): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt
  if (a.id === b.id) return 0
  return a.id < b.id ? 1 : -1
}

function keyOf({ tenant, kind, id }: DocumentKey): string {
  return JSON.stringify([tenant, kind, id])
}
