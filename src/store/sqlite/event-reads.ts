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
  // The type stands before the body, so that what is left out is not read.
  const pageOfTypes = database.prepare(`
    SELECT seq, type, body FROM event
    WHERE session = (SELECT no FROM session WHERE id = ? AND purge = 'live') AND seq > ? AND seq <= ?
      AND type IN (SELECT value FROM json_each(?))
    ORDER BY seq LIMIT ?
  `)
  const extent = database.prepare(`
    SELECT tenant, ended_at AS endedAt,
      (SELECT min(seq) FROM event WHERE session = no) AS first,
      (SELECT max(seq) FROM event WHERE session = no) AS last
    FROM session WHERE id = ? AND purge = 'live'
  `)

  return {
    async readEvents({ sessionId, afterSeq, limit, maxBytes = Number.POSITIVE_INFINITY, only }) {
      const events: EncodedEvent[] = []
      let bytes = 0
      const found =
        only === undefined
          ? page.iterate<EncodedEvent>(sessionId, afterSeq, limit)
          : pageOfTypes.iterate<EncodedEvent>(
              sessionId,
              afterSeq,
              only.upToSeq,
              JSON.stringify(only.types),
              limit,
            )
      for (const { seq, type, body } of found) {
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
