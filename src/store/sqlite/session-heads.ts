import { finalSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { Database } from './database.ts'

/** What an append must know about its session. */
export interface SessionHead {
  /** The session's row; events name their session by it. */
  readonly no: number
  readonly tenant: string
  lastSeq: number
  status: SessionStatus
}

/**
 * The heads of the sessions appended to last, so that an append costs no look-up. Bounded; a head
 * that is not held is read. After a rollback the heads are wrong and must be cleared.
 */
export interface SessionHeads {
  /** The head of a session that can be appended to; undefined when there is none or it is being purged. */
  get(id: string): SessionHead | undefined
  put(id: string, head: SessionHead): void
  delete(id: string): void
  clear(): void
}

export function createSessionHeads(database: Database, capacity = 10_000): SessionHeads {
  const heads = new Map<string, SessionHead>()
  const read = database.prepare(`
    SELECT no, tenant, status,
      (SELECT coalesce(max(seq), 0) FROM event WHERE session = no) AS lastSeq
    FROM session WHERE id = ? AND purge = 'live'
  `)

  return {
    get(id) {
      const known = heads.get(id)
      if (known !== undefined) return known
      const head = read.get<SessionHead>(id)
      if (head !== undefined && !finalSessionStatuses.has(head.status)) this.put(id, head)
      return head
    },
    put(id, head) {
      if (heads.size >= capacity) heads.delete(heads.keys().next().value as string)
      heads.set(id, head)
    },
    delete: (id) => heads.delete(id),
    clear: () => heads.clear(),
  }
}
