import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { createParser, type EventSourceMessage } from 'eventsource-parser'

/** Connections stay open, so that what is measured is the service and not the handshake. */
const agent = new Agent({ keepAlive: true })

/** Posts a body, and resolves with the answer's JSON when it is there. */
export async function post<Answer>(url: string, body: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const sent = request(url, { method: 'POST', agent, headers }).end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  if (response.statusCode !== 202) throw new Error(`${response.statusCode}: ${text}`)
  return JSON.parse(text) as Answer
}

/** Follows a stream to its end, or until it is enough; `onEvent` is called as soon as a frame is here. */
export async function follow(
  url: string,
  onEvent: (event: EventSourceMessage, at: number) => void,
  enough?: AbortSignal,
): Promise<void> {
  const headers = { accept: 'text/event-stream' }
  const [response] = (await once(request(url, { agent, headers }).end(), 'response')) as [
    IncomingMessage,
  ]
  let at = 0
  const parser = createParser({ onEvent: (event) => onEvent(event, at) })
  response.setEncoding('utf8')
  for await (const chunk of response) {
    at = performance.now()
    parser.feed(chunk as string)
    // Leaving the loop closes the connection.
    if (enough?.aborted === true) return
  }
}
