import { createParser } from 'eventsource-parser'

/** What a stream says: where the client is, an event, or how long to wait before the next connection. */
export type Frame =
  | { readonly is: 'id'; readonly id: string }
  | { readonly is: 'event'; readonly type: string; readonly data: string }
  | { readonly is: 'retry'; readonly retryMs: number }

/**
 * The frames of one connection, until the service ends it. An id stands before its event, or alone.
 * @param onBytes called whenever anything came, comments included
 */
export async function* framesOf(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<Frame, void> {
  let frames: Frame[] = []
  const parser = createParser({
    onId: (id) => void frames.push({ is: 'id', id }),
    onEvent: ({ event = '', data }) => void frames.push({ is: 'event', type: event, data }),
    onRetry: (retryMs) => void frames.push({ is: 'retry', retryMs }),
  })
  const decoder = new TextDecoder()
  const reader = body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    onBytes()
    parser.feed(decoder.decode(value, { stream: true }))
    const complete = frames
    frames = []
    yield* complete
  }
}
