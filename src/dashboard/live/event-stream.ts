import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { Problem } from '../../http/problem.ts'
import { ProblemError } from '../api/problem.ts'
import { noteLost, noteReached, untilReached } from './connection.ts'

/** The service sends something at least every 15 s, so whoever is silent this long is gone. */
const SILENCE_MS = 40_000
const RETRY_MS = 3000

export interface Listening {
  /** Where the stream is, without a cursor. */
  readonly path: string
  /** The id to begin after. @default from the first event */
  readonly after?: string
  /** The events of a chunk, in order. */
  onMessages(messages: readonly EventSourceMessage[]): void
  /** Whether it is open, or was lost and comes again. */
  onState(state: StreamState): void
  readonly signal: AbortSignal
}

export type StreamState = 'connecting' | 'open' | 'lost' | 'ended'

/**
 * Follows a stream, over lost connections, from the last id on; resolves at its end.
 * @throws ProblemError when it is refused
 */
export async function listen(listening: Listening): Promise<void> {
  const { path, after = '', onMessages, onState, signal } = listening
  let lastId = after
  let retryMs = RETRY_MS
  while (!signal.aborted) {
    const attempt = new AbortController()
    const both = AbortSignal.any([signal, attempt.signal])
    let timer = setTimeout(() => attempt.abort(), SILENCE_MS)
    try {
      const response = await fetch(path, {
        headers: { accept: 'text/event-stream', ...(lastId && { 'last-event-id': lastId }) },
        signal: both,
        cache: 'no-store',
      })
      noteReached()
      if (response.status === 204) return onState('ended')
      if (!response.ok) await refuse(response)
      onState('open')
      let messages: EventSourceMessage[] = []
      const parser = createParser({
        onEvent: (message) => {
          if (message.id !== undefined) lastId = message.id
          messages.push(message)
        },
        onRetry: (ms) => {
          retryMs = ms
        },
      })
      for await (const text of textOf(response)) {
        clearTimeout(timer)
        timer = setTimeout(() => attempt.abort(), SILENCE_MS)
        parser.feed(text)
        if (messages.length > 0) onMessages(messages)
        messages = []
        // A long replay must leave time to show it.
        await new Promise((resolve) => setTimeout(resolve))
      }
      // After the last event the service ends the stream, and says 204 to whoever comes back.
      onState('connecting')
    } catch (error) {
      if (error instanceof ProblemError) throw error
      if (signal.aborted) return
      onState('lost')
      noteLost()
      await untilReached(retryMs, signal)
    } finally {
      clearTimeout(timer)
    }
  }
}

/** @throws ProblemError, or Error where it is worth another try */
async function refuse(response: Response): Promise<never> {
  if (response.status < 500 && response.status !== 429) {
    throw new ProblemError((await response.json()) as Problem)
  }
  throw new Error(`the stream was answered with ${response.status}`)
}

async function* textOf(response: Response): AsyncGenerator<string> {
  if (response.body === null) return
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}
