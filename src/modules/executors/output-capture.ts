import { StringDecoder } from 'node:string_decoder'

export type StreamName = 'stdout' | 'stderr'

/** Keeps the beginning and the end of what a process writes, within a limit in bytes. */
export interface OutputCapture {
  add(stream: StreamName, bytes: Buffer): void
  /** What was kept; where something was left out, a line says how much. */
  text(stream: StreamName): string
  readonly truncated: boolean
}

interface Kept {
  head: Buffer[]
  tail: Buffer[]
  tailBytes: number
  dropped: number
}

/**
 * The two streams share three quarters of the limit for what comes first; an eighth for each keeps
 * what came last.
 */
export function createOutputCapture(limitBytes: number): OutputCapture {
  const tailLimit = Math.floor(limitBytes / 8)
  let headLeft = limitBytes - 2 * tailLimit
  const streams: Record<StreamName, Kept> = { stdout: empty(), stderr: empty() }

  return {
    add(stream, bytes) {
      const kept = streams[stream]
      // Once something went to the tail, what comes later belongs behind it.
      const fits = kept.tailBytes + kept.dropped > 0 ? 0 : Math.min(headLeft, bytes.byteLength)
      if (fits > 0) {
        kept.head.push(bytes.subarray(0, fits))
        headLeft -= fits
      }
      if (fits < bytes.byteLength) addToTail(kept, bytes.subarray(fits), tailLimit)
    },
    text(stream) {
      const { head, tail, dropped } = streams[stream]
      if (dropped === 0) return Buffer.concat([...head, ...tail]).toString()
      const first = new StringDecoder('utf8').write(Buffer.concat(head))
      return `${first}\n… ${dropped} bytes left out …\n${fromWholeCharacter(Buffer.concat(tail))}`
    },
    get truncated() {
      return streams.stdout.dropped + streams.stderr.dropped > 0
    },
  }
}

function empty(): Kept {
  return { head: [], tail: [], tailBytes: 0, dropped: 0 }
}

function addToTail(kept: Kept, bytes: Buffer, limit: number): void {
  kept.tail.push(bytes)
  kept.tailBytes += bytes.byteLength
  while (kept.tailBytes > limit) {
    const [oldest] = kept.tail
    if (oldest === undefined) return
    const excess = Math.min(kept.tailBytes - limit, oldest.byteLength)
    if (excess === oldest.byteLength) kept.tail.shift()
    else kept.tail[0] = oldest.subarray(excess)
    kept.tailBytes -= excess
    kept.dropped += excess
  }
}

/** A cut may fall inside a character: its remaining bytes (0b10……) are skipped. */
function fromWholeCharacter(bytes: Buffer): string {
  let start = 0
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1
  return bytes.toString('utf8', start)
}
