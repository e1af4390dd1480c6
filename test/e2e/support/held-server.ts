import { once } from 'node:events'
import { startServer } from '../../support/local-server.ts'

/** A request that waits for its answer. */
export interface HeldRequest {
  readonly path: string
  /** Answers it with a JSON string, empty if not given. */
  release(body?: string): void
  /** Answers it with 503. */
  refuse(): void
}

export interface HeldServer extends AsyncDisposable {
  readonly url: string
  /** The next request that arrives, or has arrived and was not asked for yet. */
  next(): Promise<HeldRequest>
  /** How many requests have arrived. */
  count(): number
}

/** A server that answers each request when the test says so. */
export async function startHeldServer(): Promise<HeldServer> {
  const arrivals = new EventTarget()
  const waiting: HeldRequest[] = []
  const server = await startServer(({ path }, response) => {
    const release = (body = '') => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    const refuse = () => {
      response.statusCode = 503
      response.end()
    }
    waiting.push({ path, release, refuse })
    arrivals.dispatchEvent(new Event('request'))
  })
  return {
    url: server.url,
    async next() {
      for (;;) {
        const request = waiting.shift()
        if (request !== undefined) return request
        await once(arrivals, 'request')
      }
    },
    count: () => server.received.length,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
