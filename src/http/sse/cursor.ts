/** Where a client says it is: `seq` is undefined when what it sent cannot be one of our ids. */
export interface Cursor {
  readonly text: string
  readonly seq: number | undefined
}

export type GapReason = 'future' | 'purged' | 'unknown'

/** Where a log begins, and which id comes next. */
export interface Extent {
  readonly first: number
  readonly next: number
}

export interface Gap {
  readonly reason: GapReason
  /** What the client asked for. */
  readonly requested: string
}

/** Where a stream begins. */
export interface Position {
  readonly afterSeq: number
  /** Whether it goes on where the client was. */
  readonly resumed: boolean
  readonly gap?: Gap
}

const MAX_CURSOR_LENGTH = 64

/**
 * The cursor of a request: the `Last-Event-ID` header, else `?lastEventId=`; undefined when neither
 * says anything.
 */
export function readCursor(header: unknown, query: unknown): Cursor | undefined {
  const text = [header, query].find((value) => typeof value === 'string' && value !== '')
  if (typeof text !== 'string') return undefined
  return { text: text.slice(0, MAX_CURSOR_LENGTH), seq: parseSeq(text) }
}

/** A seq as clients send it: decimal digits, nothing else. 0 is the place before the first event. */
export function parseSeq(text: string): number | undefined {
  return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : undefined
}

/** Finds a cursor's place in the log; what cannot be found starts at the earliest event kept, with a gap. */
export function locate(cursor: Cursor | undefined, extent: Extent): Position {
  const earliest = extent.first - 1
  if (cursor === undefined) return { afterSeq: earliest, resumed: false }
  const reason = gapReason(cursor, extent)
  if (reason !== undefined) {
    return { afterSeq: earliest, resumed: false, gap: { reason, requested: cursor.text } }
  }
  return { afterSeq: cursor.seq ?? earliest, resumed: true }
}

function gapReason(cursor: Cursor, extent: Extent): GapReason | undefined {
  if (cursor.seq === undefined) return 'unknown'
  if (cursor.seq >= extent.next) return 'future'
  return cursor.seq < extent.first - 1 ? 'purged' : undefined
}
