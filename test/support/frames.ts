import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'

/** The frames of a stream at any URL, as they come. @throws unless the answer is 200 */
export async function* frames(
  url: string,
  headers: object = {},
): AsyncGenerator<EventSourceMessage, void> {
  const response = await fetch(url, { headers: { accept: 'text/event-stream', ...headers } })
  if (response.status !== 200 || response.body === null) {
    throw new Error(`the stream answered ${response.status}: ${await response.text()}`)
  }
  yield* response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream()) as AsyncIterable<EventSourceMessage>
}

/** A stream that was opened: resolves to the reason of its goodbye once it has ended. */
export async function openStream(url: string, headers: object = {}) {
  const stream = frames(url, headers)
  const first = await stream.next()
  const rest = async () => {
    let reason: string | undefined
    for await (const { event, data } of stream) {
      if (event === 'stream.bye') reason = (JSON.parse(data) as { reason: string }).reason
    }
    return reason
  }
  return { first: first.value?.event, goodbye: rest() }
}
