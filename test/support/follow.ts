import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'
import type { LoggedEvent } from '../../src/session/events.ts'

/** The events of a session as a stream shows them, until it ends or `until` says so. */
export async function follow(
  base: string,
  sessionId: string,
  options: {
    after?: number
    until?: (event: LoggedEvent) => boolean
    signal?: AbortSignal
    types?: string
  } = {},
): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = []
  for await (const message of messages(base, sessionId, options)) {
    if (message.id === undefined || message.data === '') continue
    const event = JSON.parse(message.data) as LoggedEvent
    events.push(event)
    if (options.until?.(event)) break
  }
  return events
}

/** Every frame of a stream, control frames included. */
export async function* messages(
  base: string,
  sessionId: string,
  options: { after?: number; signal?: AbortSignal; types?: string } = {},
): AsyncGenerator<EventSourceMessage> {
  const query = options.types === undefined ? '' : `?types=${options.types}`
  const response = await fetch(`${base}/v1/sessions/${sessionId}/events${query}`, {
    headers: {
      accept: 'text/event-stream',
      ...(options.after === undefined ? {} : { 'last-event-id': String(options.after) }),
    },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  if (response.status === 204 || response.body === null) return
  if (!response.ok) throw new Error(`the stream answered ${response.status}`)
  yield* response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream()) as AsyncIterable<EventSourceMessage>
}

/** The type of each event, with its step. */
export function typesOf(events: readonly LoggedEvent[]): string[] {
  return events.map((event) => {
    const { stepId } = event as { stepId?: string }
    return stepId === undefined ? event.type : `${event.type} ${stepId}`
  })
}
