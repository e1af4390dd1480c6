import { StepstreamError } from '../../errors.ts'
import { finalEventTypes } from '../../session/events.ts'
import type { EncodedEvent, LogExtent, Store } from '../../store/types.ts'
import { type Extent, parseSeq } from './cursor.ts'
import { parseTypesFilter, type TypesFilter } from './types-filter.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 5000
/** Beyond so many events no further ones of some types are looked for: others wait meanwhile. */
const MAX_SCANNED = 20_000
/** A page ends early rather than grow beyond this. */
export const MAX_PAGE_BYTES = 1024 * 1024

export interface PageQuery {
  readonly after: number
  readonly limit: number
  readonly filter: TypesFilter | undefined
}

/**
 * Reads `?after=<seq>&limit=<1-5000>&types=`.
 * @throws StepstreamError INVALID_CURSOR, INVALID_QUERY
 */
export function parsePageQuery(
  query: { readonly after?: unknown; readonly limit?: unknown; readonly types?: unknown },
  extent: Extent,
): PageQuery {
  return {
    after: readAfter(query.after, extent),
    limit: readLimit(query.limit),
    filter: parseTypesFilter(query.types),
  }
}

/**
 * One page of a log as JSON: `{ events, next, last, upToDate, ended }`, where `next` is the `after` of the
 * following page and `last` the log's last event. The bodies are joined as the store keeps them.
 */
export async function readLogPage(
  store: Pick<Store, 'readEvents'>,
  sessionId: string,
  query: PageQuery,
  extent: LogExtent,
): Promise<string> {
  const { after, limit, filter } = query
  const scanned = Math.min(after + MAX_SCANNED, extent.next - 1)
  const read = await store.readEvents({
    sessionId,
    afterSeq: after,
    limit,
    maxBytes: MAX_PAGE_BYTES,
    ...(filter === undefined ? {} : { only: { types: [...filter], upToSeq: scanned } }),
  })
  const reached = read.at(-1)?.seq ?? after
  const next = filter === undefined || isFull(read, limit) ? reached : scanned
  const last = Math.max(next, extent.next - 1)
  const ended = extent.ended || endsWithFinal(read)
  const events = read.map((event) => event.body).join(',')
  return `{"events":[${events}],"next":${next},"last":${last},"upToDate":${next === last},"ended":${ended}}`
}

/** Whether there may be more where it ends. */
function isFull(page: readonly EncodedEvent[], limit: number): boolean {
  if (page.length >= limit) return true
  const bytes = page.reduce((sum, { body }) => sum + Buffer.byteLength(body), 0)
  return bytes >= MAX_PAGE_BYTES
}

function readAfter(value: unknown, extent: Extent): number {
  if (value === undefined) return extent.first - 1
  const after = typeof value === 'string' ? parseSeq(value) : undefined
  if (after === undefined) {
    throw invalidCursor('is not a cursor; it is the "next" of the page before')
  }
  if (after >= extent.next) throw invalidCursor(`is beyond the last event, ${extent.next - 1}`)
  if (after < extent.first - 1) {
    throw invalidCursor(`points to events that are gone; the earliest kept is ${extent.first}`)
  }
  return after
}

function readLimit(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT
  const limit = typeof value === 'string' ? parseSeq(value) : undefined
  if (limit === undefined || limit < 1 || limit > MAX_LIMIT) {
    throw new StepstreamError(
      'INVALID_QUERY',
      `The query parameter "limit" must be a whole number from 1 to ${MAX_LIMIT}.`,
    )
  }
  return limit
}

function invalidCursor(what: string): StepstreamError {
  return new StepstreamError('INVALID_CURSOR', `The query parameter "after" ${what}.`)
}

function endsWithFinal(events: readonly EncodedEvent[]): boolean {
  const last = events.at(-1)
  return last !== undefined && finalEventTypes.has(last.type)
}
