import type { AttemptReport } from '../../session/commands.ts'
import type { Heartbeat } from './types.ts'

/** What one event carries, in characters. */
const PIECE_CHARS = 8192

/**
 * What a worker tells, as events of its attempt: output up to a limit over all it has told.
 * @param told how much output it has told before, in bytes
 */
export function reportsOf(
  { output = [], progress }: Heartbeat,
  told: number,
  limitBytes: number,
): { readonly reports: readonly AttemptReport[]; readonly told: number } {
  const reports: AttemptReport[] = []
  let room = limitBytes - told
  for (const { stream, text } of output) {
    // The first that goes beyond the limit has said so.
    if (room < 0 || text === '') continue
    const bytes = Buffer.byteLength(text)
    const kept = bytes > room ? Buffer.from(text).subarray(0, room).toString() : text
    room -= bytes
    const pieces = piecesOf(kept)
    for (const [index, piece] of pieces.entries()) {
      const isCut = room < 0 && index === pieces.length - 1
      const data = { stream, text: piece, ...(isCut ? { truncated: true } : {}) }
      reports.push({ type: 'step.output', data })
    }
  }
  if (progress !== undefined) reports.push({ type: 'step.progress', data: clipped(progress) })
  return { reports, told: limitBytes - room }
}

/** Pieces small enough for an event each, never splitting a character; one, perhaps empty, at least. */
function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let start = 0; start < text.length; ) {
    let end = Math.min(start + PIECE_CHARS, text.length)
    const code = text.charCodeAt(end - 1)
    if (end < text.length && code >= 0xd800 && code <= 0xdbff) end -= 1
    pieces.push(text.slice(start, end))
    start = end
  }
  return pieces.length === 0 ? [''] : pieces
}

function clipped({ percent, message }: NonNullable<Heartbeat['progress']>) {
  return {
    ...(percent === undefined ? {} : { percent }),
    ...(message === undefined ? {} : { message: message.slice(0, PIECE_CHARS).toWellFormed() }),
  }
}
