import type { Gap } from './cursor.ts'
import { encodeControl } from './frame.ts'

/**
 * Tells a client that events it asked for are not to be had, and where to read the session's present
 * state; the stream goes on from the earliest event kept.
 */
export function encodeGap(
  gap: Gap,
  extent: { readonly first: number; readonly next: number },
  sessionId: string,
): string {
  return encodeControl('stream.gap', {
    reason: gap.reason,
    requested: gap.requested,
    first: extent.first,
    next: extent.next,
    snapshot: `/v1/sessions/${sessionId}`,
  })
}
