import { encodeFrame, type StreamedEvent } from './frame.ts'
import type { TypesFilter } from './types-filter.ts'

/** The bytes of an array of events; followers at the same place of a log pull the same array. */
const chunks = new WeakMap<readonly StreamedEvent[], Buffer>()

/** The frames of the events as one chunk, made once for all who were handed this array. */
export function chunkOf(events: readonly StreamedEvent[]): Buffer {
  const known = chunks.get(events)
  if (known !== undefined) return known
  const chunk = encodeAll(events)
  chunks.set(events, chunk)
  return chunk
}

/** The frames of those events that the filter lets pass; undefined when it lets none. */
export function filteredChunkOf(
  events: readonly StreamedEvent[],
  filter: TypesFilter,
): Buffer | undefined {
  const passing = events.filter((event) => filter.has(event.type))
  if (passing.length === events.length) return chunkOf(events)
  return passing.length === 0 ? undefined : encodeAll(passing)
}

function encodeAll(events: readonly StreamedEvent[]): Buffer {
  let text = ''
  for (const event of events) text += encodeFrame(event)
  return Buffer.from(text)
}
