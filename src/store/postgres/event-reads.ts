import type { StoreReads } from '../grouped-store.ts'
import type { EncodedEvent } from '../types.ts'
import type { Queries } from './queries.ts'
import { visible } from './shared-sql.ts'

type EventReads = Pick<StoreReads, 'readEvents' | 'extent'>

interface ExtentRow {
  readonly tenant: string
  readonly endedAt: number | null
  readonly claim: string | null
  readonly first: number | null
  readonly last: number
}

const page = `
  SELECT seq, type, body FROM stepstream.event
  WHERE session = (SELECT no FROM stepstream.session WHERE id = $1 AND ${visible}) AND seq > $2
  ORDER BY seq LIMIT $3`

// The length of a body is known without reading it, so only what is wanted is read.
const pageOfBytes = `
  SELECT seq, type, body FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (${page}) AS page
  ) AS measured
  WHERE before < $4 ORDER BY seq`

const extent = `
  SELECT tenant, ended_at AS "endedAt", claim, last_seq AS last,
    (SELECT min(seq) FROM stepstream.event WHERE session = no) AS first
  FROM stepstream.session WHERE id = $1 AND ${visible}`

export function createEventReads(queries: Queries): EventReads {
  return {
    readEvents({ sessionId, afterSeq, limit, maxBytes }) {
      const range = [sessionId, afterSeq, limit]
      return maxBytes === undefined
        ? queries.rows<EncodedEvent>(page, range, 'events')
        : queries.rows<EncodedEvent>(pageOfBytes, [...range, maxBytes], 'events-of-bytes')
    },

    async extent(sessionId) {
      const [row] = await queries.rows<ExtentRow>(extent, [sessionId], 'extent')
      if (row === undefined) return undefined
      const { tenant, endedAt, claim, first, last } = row
      const known = { tenant, first: first ?? 1, next: last + 1, ended: endedAt !== null }
      return claim === null ? known : { ...known, claim }
    },
  }
}
