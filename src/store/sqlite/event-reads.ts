import type { StoreReads } from '../grouped-store.ts'
import type { EncodedEvent } from '../types.ts'
import type { Database } from './database.ts'

type EventReads = Pick<StoreReads, 'readEvents' | 'extent'>

interface ExtentRow {
  readonly tenant: string
  readonly endedAt: number | null
  readonly first: number | null
  readonly last: number | null
}

export function createEventReads(database: Database): EventReads {
  const page = database.prepare(`
    SELECT seq, type, body FROM event
    WHERE session = (SELECT no FROM session WHERE id = ? AND purge = 'live') AND seq > ?
    ORDER BY seq LIMIT ?
  `)
  const extent = database.prepare(`
    SELECT tenant, ended_at AS endedAt,
      (SELECT min(seq) FROM event WHERE session = no) AS first,
      (SELECT max(seq) FROM event WHERE session = no) AS last
    FROM session WHERE id = ? AND purge = 'live'
  `)

  return {
    async readEvents({ sessionId, afterSeq, limit, maxBytes = Number.POSITIVE_INFINITY }) {
      const events: EncodedEvent[] = []
      let bytes = 0
      for (const { seq, type, body } of page.iterate<EncodedEvent>(sessionId, afterSeq, limit)) {
        events.push({ seq, type, body })
        bytes += Buffer.byteLength(body)
        if (bytes >= maxBytes) break
      }
      return events
    },

    async extent(sessionId) {
      const row = extent.get<ExtentRow>(sessionId)
      if (row === undefined) return undefined
      const { tenant, endedAt, first, last } = row
      return { tenant, first: first ?? 1, next: (last ?? 0) + 1, ended: endedAt !== null }
    },
  }
}
