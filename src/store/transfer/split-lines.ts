import { TransferError } from './transfer-error.ts'

/** Longer than any line that a store can give; whoever sends more sends something else. */
const MAX_LINE_BYTES = 256 * 1024 * 1024

const NEWLINE = 0x0a

/**
 * The lines of a stream of bytes, each with its newline; the last one perhaps without. By hand,
 * because `node:readline` takes U+2028 for the end of a line, and JSON leaves it as it is.
 * @throws TransferError when a line is too long
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    let rest = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    for (let at = rest.indexOf(NEWLINE); at !== -1; at = rest.indexOf(NEWLINE)) {
      parts.push(rest.subarray(0, at + 1))
      yield Buffer.concat(parts)
      parts = []
      length = 0
      rest = rest.subarray(at + 1)
    }
    if (rest.byteLength === 0) continue
    parts.push(rest)
    length += rest.byteLength
    if (length > MAX_LINE_BYTES) throw new TransferError('A line of the export is too long.')
  }
  if (parts.length > 0) yield Buffer.concat(parts)
}
