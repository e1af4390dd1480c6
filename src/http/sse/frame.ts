import type { EncodedEvent } from '../../store/types.ts'

/**
 * The bytes of `text/event-stream`, after the WHATWG HTML standard, "Server-sent events". All
 * functions are pure, and what they return ends with the blank line that dispatches it.
 */

/** Frames about the stream itself; they carry no id, so they never move a client's cursor. */
export type ControlType = 'stream.hello' | 'stream.gap' | 'stream.bye'

/** What a frame is made of; `seq` is 0 for what is in no log, so that it moves no client’s cursor. */
export type StreamedEvent = Omit<EncodedEvent, 'type'> & { readonly type: string }

/** Types seen to be well-formed; there are a few dozen in all. */
const soundTypes = new Set<string>()

/**
 * A logged event as a frame. It is built anew each time: that costs less than a cache of frames,
 * and what followers share is the chunk of many frames.
 * @throws TypeError when the type or the body could break out of its line
 */
export function encodeFrame(event: StreamedEvent): string {
  if (!soundTypes.has(event.type)) rememberType(event.type)
  if (!isOneLine(event.body)) throw new TypeError('the body of an event must be one line')
  const id = event.seq === 0 ? '' : `id: ${event.seq}\n`
  return `${id}event: ${event.type}\ndata: ${event.body}\n\n`
}

/** A control frame; `data` becomes JSON, which is always one line. */
export function encodeControl(type: ControlType, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`
}

/** How long a client waits before it reconnects, in ms. */
export function encodeRetry(retryMs: number): string {
  return `retry: ${Math.round(retryMs)}\n\n`
}

/** A line that clients ignore and proxies count as traffic. */
export function encodeComment(text: string): string {
  if (!isOneLine(text)) throw new TypeError('a comment must be one line')
  return `: ${text}\n\n`
}

/** Moves the client's cursor without dispatching an event: the id is committed before the data is looked at. */
export function encodeBookmark(seq: number): string {
  return `id: ${seq}\n\n`
}

function rememberType(type: string): void {
  if (!/^[a-z][a-z0-9_.]*$/.test(type)) {
    throw new TypeError(`not an event type: ${JSON.stringify(type)}`)
  }
  soundTypes.add(type)
}

function isOneLine(text: string): boolean {
  return !text.includes('\n') && !text.includes('\r')
}
