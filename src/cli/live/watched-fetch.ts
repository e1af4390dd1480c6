import { reasonOf } from '../reason.ts'

/** Tells of the connection of a stream: the client that reads it goes on by itself, and says nothing. */
export interface Line {
  /** Why there is none; undefined while there is one. */
  onChange: (lost: string | undefined) => void
}

/** A `fetch` that tells when a stream of events breaks, and when it is there again. */
export function watchedFetch(line: Line): typeof globalThis.fetch {
  return async (input, init) => {
    const isStream = new Headers(init?.headers).get('accept') === 'text/event-stream'
    if (!isStream) return globalThis.fetch(input, init)
    try {
      const response = await globalThis.fetch(input, init)
      if (response.status !== 200 || response.body === null) {
        if (response.status >= 500 || response.status === 429)
          line.onChange(`it answers ${response.status}`)
        return response
      }
      line.onChange(undefined)
      const { status, headers } = response
      return new Response(ReadableStream.from(told(response.body, line)), { status, headers })
    } catch (error) {
      line.onChange(reasonOf(error))
      throw error
    }
  }
}

async function* told(body: ReadableStream<Uint8Array>, line: Line): AsyncGenerator<Uint8Array> {
  let reason = 'it was closed'
  try {
    yield* body
  } catch (error) {
    reason = reasonOf(error)
    throw error
  } finally {
    line.onChange(reason)
  }
}
