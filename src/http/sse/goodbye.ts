import type { Lapse } from '../../modules/keys/types.ts'
import { encodeControl, encodeRetry } from './frame.ts'
import type { RefusalReason } from './stream-stats.ts'

/** Bounds of the pause before a client reconnects, in ms; spread, so that not all return at once. */
type Pause = readonly [shortest: number, longest: number]

/** Why a stream ends before its session does. */
export type GoodbyeReason = RefusalReason | Lapse

const pauses: Readonly<Record<GoodbyeReason | 'open', Pause>> = {
  open: [2000, 4000],
  shutdown: [1000, 10_000],
  unavailable: [2000, 10_000],
  overloaded: [10_000, 30_000],
  // Whoever comes back learns by the status that there is nothing more to wait for.
  revoked: [2000, 4000],
  expired: [2000, 4000],
}

/** How long a client should wait before it reconnects. @param random yields numbers in [0, 1) */
export function encodePause(occasion: keyof typeof pauses, random: () => number): string {
  const [shortest, longest] = pauses[occasion]
  return encodeRetry(shortest + random() * (longest - shortest))
}

/**
 * The last words of a stream that ends before its session does. An error status would end an
 * EventSource for good; after these it comes back with its cursor.
 */
export function encodeGoodbye(reason: GoodbyeReason, random: () => number): string {
  return encodePause(reason, random) + encodeControl('stream.bye', { reason })
}
