import { startServer } from '../../support/local-server.ts'

/** One request as the server saw it. */
export interface Counted {
  /** Its `Idempotency-Key`: session and step. */
  readonly key: string
  readonly method: string
  /** Its `X-Attempt`, which the executor `tally` sends. */
  readonly attempt: number | undefined
  /** ms since the epoch. */
  readonly at: number
}

export interface CountingServer extends AsyncDisposable {
  readonly url: string
  /** The requests with a key, in order. */
  of(key: string): readonly Counted[]
}

/**
 * A server that steps call and that remembers every request. `/answer/<ms>` answers after a while,
 * `/flaky/<n>/<ms>` refuses the first n requests of a key with 503, `/large/<ms>` answers with more
 * than an event holds.
 */
export async function startCountingServer(): Promise<CountingServer> {
  const byKey = new Map<string, Counted[]>()
  const server = await startServer(({ method, path, headers }, response) => {
    const key = String(headers['idempotency-key'])
    const counted = byKey.get(key) ?? []
    byKey.set(key, counted)
    const attempt = headers['x-attempt']
    counted.push({
      key,
      method,
      attempt: attempt === undefined ? undefined : Number(attempt),
      at: Date.now(),
    })
    const [, kind = '', ...numbers] = path.split('/')
    const [first = 0, second = 0] = numbers.map(Number)
    const refused = kind === 'flaky' && counted.length <= first
    const body = kind === 'large' ? 'x'.repeat(100_000) : counted.length
    setTimeout(
      () => {
        response.writeHead(refused ? 503 : 200, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ body }))
      },
      kind === 'flaky' ? second : first,
    )
  })
  return {
    url: server.url,
    of: (key) => byKey.get(key) ?? [],
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}
