import { type ProblemError, problemErrorOf } from './errors.ts'
import { type Frame, framesOf } from './frames.ts'

const SILENCE_MS = 60_000

/** What one connection needs; the same for all of a follower, but for the cursor. */
export interface Connect {
  readonly url: string
  readonly key: string | undefined
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal | undefined
  /** @default 60 s */
  readonly silenceMs: number | undefined
}

/** The log has ended and the client has all of it. */
export const atEnd = 'end'

/** What the service asks to wait before the next connection. */
export class BusyError extends Error {
  readonly retryAfterMs: number | undefined

  constructor(status: number, retryAfterMs: number | undefined) {
    super(`the service answered ${status}`)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * What comes over one connection. It is closed when the generator is left.
 * @throws ProblemError for what another connection would not change
 * @throws BusyError, TypeError and others when the connection breaks, or cannot be made for now
 */
export async function* connect(
  { url, key, fetch, signal, silenceMs = SILENCE_MS }: Connect,
  cursor: string | undefined,
): AsyncGenerator<Frame | typeof atEnd, void> {
  const closing = new AbortController()
  const abort = () => closing.abort(signal?.reason)
  const isSilent = () => closing.abort(new Error(`nothing came for ${silenceMs} ms`))
  let timer = setTimeout(isSilent, silenceMs)
  signal?.addEventListener('abort', abort)
  try {
    signal?.throwIfAborted()
    const headers = {
      accept: 'text/event-stream',
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
    }
    const response = await fetch(url, { headers, cache: 'no-store', signal: closing.signal })
    if (response.status === 204) return yield atEnd
    if (response.status !== 200 || response.body === null) throw await refusalOf(response)
    yield* framesOf(response.body, () => {
      clearTimeout(timer)
      timer = setTimeout(isSilent, silenceMs)
    })
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
    closing.abort()
  }
}

async function refusalOf(response: Response): Promise<ProblemError | BusyError> {
  const { status, headers } = response
  if (status !== 429 && status < 500) {
    return problemErrorOf(status, await response.json().catch(() => undefined))
  }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return new BusyError(status, Number.isFinite(seconds) ? seconds * 1000 : undefined)
}
