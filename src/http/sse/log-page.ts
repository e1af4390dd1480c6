import { StepstreamError } from '../../errors.ts'
import { finalEventTypes } from '../../session/events.ts'
import type { EncodedEvent, LogExtent, Store } from '../../store/types.ts'
import { type Extent, parseSeq } from './cursor.ts'
import { parseTypesFilter, type TypesFilter } from './types-filter.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000
/** A page ends early rather than grow beyond this. */
export const MAX_PAGE_BYTES = 1024 * 1024

export interface PageQuery {
  readonly after: number
  readonly limit: number
  readonly filter: TypesFilter | undefined
}

/**
 * Reads `?after=<seq>&limit=<1-1000>&types=`.
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
 * One page of a log as JSON: `{ events, next, upToDate, ended }`, where `next` is the `after` of the
 * following page. The bodies are joined as the store keeps them.
 */
export async function readLogPage(
  store: Pick<Store, 'readEvents'>,
  sessionId: string,
  query: PageQuery,
  extent: LogExtent,
): Promise<string> {
  const { after, limit, filter } = query
  const read = await store.readEvents({
    sessionId,
    afterSeq: after,
    limit,
    maxBytes: MAX_PAGE_BYTES,
  })
  const shown = filter === undefined ? read : read.filter((event) => filter.has(event.type))
  const next = read.at(-1)?.seq ?? after
  const upToDate = next >= extent.next - 1
  const ended = extent.ended || endsWithFinal(read)
  const events = shown.map((event) => event.body).join(',')
  return `{"events":[${events}],"next":${next},"upToDate":${upToDate},"ended":${ended}}`
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
