import { StepstreamError } from '../../errors.ts'
import type { Coverage } from '../../modules/merged-streamer/types.ts'
import type { LogBounds } from '../../store/types.ts'
import { refuseUnknown } from './coverage.ts'
import { type Cursor, type Extent, locate, type Position } from './cursor.ts'
import type { MergedRouteDeps } from './merged-route.ts'

/** Where a merged log stands as a stream of it is opened. */
export interface MergedLog {
  readonly extent: Extent
  readonly position: Position
  /** Whether all sessions have ended, none will join, and there is nothing behind the position. */
  readonly isOver: boolean
}

export interface MergedStart {
  readonly coverage: Coverage
  readonly cursor: Cursor | undefined
  /** Whether to begin at the end where there is no cursor. */
  readonly isTail: boolean
}

/** Reads `?after=latest` of a stream. @throws StepstreamError INVALID_QUERY for anything else */
export function startsAtTail(after: string | undefined): boolean {
  if (after === undefined || after === 'latest') return after !== undefined
  throw new StepstreamError(
    'INVALID_QUERY',
    'The query parameter "after" of a stream can be latest; a cursor goes into Last-Event-ID.',
  )
}

/** @throws StepstreamError SESSION_NOT_FOUND naming the sessions, also for those of another tenant */
export async function findMergedLog(
  { coverage, cursor, isTail }: MergedStart,
  { merged, store }: Pick<MergedRouteDeps, 'merged' | 'store'>,
): Promise<MergedLog> {
  const bounds = await store.logBounds()
  const extent = extentOf(coverage, bounds)
  const position =
    cursor === undefined && isTail
      ? { afterSeq: bounds.end, resumed: false }
      : locate(cursor, extent)
  const part = { afterPosition: position.afterSeq, limit: 1, maxBytes: 1 }
  const page = await merged.read(coverage, part)
  refuseUnknown(page.unknown)
  const isOver = page.ended && page.upToDate && page.events.length === 0
  return { extent, position, isOver }
}

/** Of sessions that are there nothing was purged; what a filter would have found may have been. */
export function extentOf({ sessions }: Coverage, { first, end }: LogBounds): Extent {
  return { first: 'ids' in sessions ? 1 : first, next: end + 1 }
}
