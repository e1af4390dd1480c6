import type { StoreReads } from '../grouped-store.ts'
import type { EncodedEvent, ReadEvents } from '../types.ts'
import { createBatch } from './batch.ts'
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

const pageOf = (id: string, after: string, limit: string, only = '') => `
  SELECT seq, type, body FROM stepstream.event
  WHERE session = (SELECT no FROM stepstream.session WHERE session.id = ${id} AND ${visible})
    AND seq > ${after}${only}
  ORDER BY seq LIMIT ${limit}`

const page = pageOf('$1', '$2', '$3')

const pages = `
  SELECT place, event.* FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY
    AS asked (id, after, place)
  CROSS JOIN LATERAL (${pageOf('asked.id', 'asked.after', '$3')}) AS event
  ORDER BY place, seq`

// The length of a body is known without reading it, so only what is wanted is read.
const upToBytes = (page: string) => `
  SELECT seq, type, body FROM (
    SELECT *, sum(octet_length(body)) OVER (ORDER BY seq) - octet_length(body) AS before
    FROM (${page}) AS page
  ) AS measured
  WHERE before < $4 ORDER BY seq`

const pageOfBytes = upToBytes(page)

const pageOfTypes = upToBytes(pageOf('$1', '$2', '$3', ' AND seq <= $5 AND type = ANY($6::text[])'))

const extent = `
  SELECT tenant, ended_at AS "endedAt", claim, last_seq AS last,
    (SELECT min(seq) FROM stepstream.event WHERE session = no) AS first
  FROM stepstream.session WHERE id = $1 AND ${visible}`

/** How many logs are read by one statement, and how many events of each: bodies may be large. */
const BATCH = 50
const FIRST_EVENTS = 50

export function createEventReads(queries: Queries): EventReads {
  const readPage = createBatch<ReadEvents, readonly EncodedEvent[]>({
    size: BATCH,
    one: onePage,
    many: manyPages,
  })

  return {
    readEvents(read) {
      const { sessionId, afterSeq, limit, maxBytes, only } = read
      if (only !== undefined) {
        const range = [sessionId, afterSeq, limit, maxBytes ?? Number.MAX_SAFE_INTEGER]
        const wanted = [...range, only.upToSeq, only.types]
        return queries.rows<EncodedEvent>(pageOfTypes, wanted, 'events-of-types')
      }
      if (maxBytes === undefined) return readPage(read)
      const range = [sessionId, afterSeq, limit, maxBytes]
      return queries.rows<EncodedEvent>(pageOfBytes, range, 'events-of-bytes')
    },

    async extent(sessionId) {
      const [row] = await queries.rows<ExtentRow>(extent, [sessionId], 'extent')
      if (row === undefined) return undefined
      const { tenant, endedAt, claim, first, last } = row
      const known = { tenant, first: first ?? 1, next: last + 1, ended: endedAt !== null }
      return claim === null ? known : { ...known, claim }
    },
  }

  function onePage({ sessionId, afterSeq, limit }: ReadEvents): Promise<readonly EncodedEvent[]> {
    return queries.rows<EncodedEvent>(page, [sessionId, afterSeq, limit], 'events')
  }

  /** Begins with a few events of each: a log that is longer is read on by itself. */
  async function manyPages(
    reads: readonly ReadEvents[],
  ): Promise<readonly (readonly EncodedEvent[])[]> {
    // Planned anew each time: a plan from when the tables were small would read them whole.
    const rows = await queries.rows<EncodedEvent & { place: number }>(pages, [
      reads.map(({ sessionId }) => sessionId),
      reads.map(({ afterSeq }) => afterSeq),
      FIRST_EVENTS,
    ])
    const begun: EncodedEvent[][] = reads.map(() => [])
    for (const { place, ...event } of rows) begun[place - 1]?.push(event)
    return Promise.all(
      reads.map(async (read, index) => {
        const events = begun[index] ?? []
        const last = events.at(-1)
        if (events.length < FIRST_EVENTS || last === undefined) return events.slice(0, read.limit)
        const left = read.limit - events.length
        if (left <= 0) return events.slice(0, read.limit)
        return [...events, ...(await onePage({ ...read, afterSeq: last.seq, limit: left }))]
      }),
    )
  }
}
