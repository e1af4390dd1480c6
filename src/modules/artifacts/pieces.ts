import { Readable } from 'node:stream'
import { StepstreamError } from '../../errors.ts'

/** Below one piece, so that a stream never holds more than one that was not asked for. */
const HIGH_WATER_MARK = 64 * 1024

/**
 * A stream that asks for its next piece once the one before has been taken. Between two pieces
 * nothing is open, so a reader that is slow, or goes away, holds no connection.
 */
export function streamOf(pieces: AsyncIterable<Uint8Array>): Readable {
  return Readable.from(pieces, { objectMode: false, highWaterMark: HIGH_WATER_MARK })
}

/** Cuts into pieces of `size` bytes; nothing is one empty piece. */
export function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.max(1, Math.ceil(bytes.byteLength / size))
  return Array.from({ length: count }, (_, no) => bytes.subarray(no * size, (no + 1) * size))
}

/** What a stream fails with that lost its next piece: if it ended, it would pass for the whole. */
export function removedMeanwhile(): StepstreamError {
  return new StepstreamError('ARTIFACT_NOT_FOUND', 'the artifact was removed while it was read')
}
