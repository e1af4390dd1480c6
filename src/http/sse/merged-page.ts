import type { Coverage } from '../../modules/merged-streamer/types.ts'
import { refuseUnknown } from './coverage.ts'
import { MAX_PAGE_BYTES, parsePageQuery } from './log-page.ts'
import type { MergedQuery } from './merged-docs.ts'
import { extentOf } from './merged-log.ts'
import type { MergedRouteDeps } from './merged-route.ts'

/** Of several logs more is read than a page has. */
const MAX_MERGED = 1000

/**
 * One page of several logs as JSON: `{ events, next, upToDate, ended }`, where `next` is the `after`
 * of the following page. It may be empty while there is more, since only so much of the log is
 * looked at for one.
 * @throws StepstreamError INVALID_CURSOR, INVALID_QUERY, SESSION_NOT_FOUND
 */
export async function readMergedPage(
  coverage: Coverage,
  query: MergedQuery,
  { merged, store }: Pick<MergedRouteDeps, 'merged' | 'store'>,
): Promise<string> {
  const extent = extentOf(coverage, await store.logBounds())
  const after = query.after === 'latest' ? String(extent.next - 1) : query.after
  const { filter, limit, after: afterPosition } = parsePageQuery({ ...query, after }, extent)
  const page = await merged.read(coverage, {
    afterPosition,
    limit: Math.min(limit, MAX_MERGED),
    maxBytes: MAX_PAGE_BYTES,
  })
  refuseUnknown(page.unknown)
  const { position, upToDate, ended } = page
  const shown =
    filter === undefined ? page.events : page.events.filter(({ type }) => filter.has(type))
  const events = shown.map(({ body }) => body).join(',')
  return `{"events":[${events}],"next":${position},"upToDate":${upToDate},"ended":${ended}}`
}
