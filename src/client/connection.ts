import { ProblemError, problemErrorOf } from './errors.ts'
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

/** The log has ended and the client has all of it, or the service takes nobody for now. */
export type Answered =
  | { readonly is: 'end' }
  | { readonly is: 'busy'; readonly retryAfterMs: number | undefined }

/**
 * What comes over one connection, until the service ends it or it breaks, which is the same. It is
 * closed when the generator is left.
 * @throws ProblemError for what another connection would not change, and the reason of the signal
 */
export async function* connect(
  asked: Connect,
  cursor: string | undefined,
): AsyncGenerator<Frame | Answered, void> {
  const { signal, silenceMs = SILENCE_MS } = asked
  signal?.throwIfAborted()
  const closing = new AbortController()
  const close = () => closing.abort()
  let timer = setTimeout(close, silenceMs)
  const onBytes = () => {
    clearTimeout(timer)
    timer = setTimeout(close, silenceMs)
  }
  signal?.addEventListener('abort', close)
  try {
    const response = await open(asked, cursor, closing.signal)
    if (response.status === 204) yield { is: 'end' }
    else if (isBusy(response)) yield { is: 'busy', retryAfterMs: retryAfterOf(response) }
    else yield* framesOf(await bodyOf(response), onBytes)
  } catch (error) {
    if (error instanceof ProblemError) throw error
    signal?.throwIfAborted()
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', close)
    close()
  }
}

function open(
  { url, key, fetch }: Connect,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const headers = {
    accept: 'text/event-stream',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(cursor === undefined ? {} : { 'last-event-id': cursor }),
  }
  return fetch(url, { headers, cache: 'no-store', signal })
}

function isBusy({ status }: Response): boolean {
  return status === 429 || status >= 500
}

function retryAfterOf({ headers }: Response): number | undefined {
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

/** @throws ProblemError for what is no stream */
async function bodyOf(response: Response): Promise<ReadableStream<Uint8Array>> {
  const { status, headers, body } = response
  if (status !== 200) throw problemErrorOf(status, await response.json().catch(() => undefined))
  const type = headers.get('content-type') ?? 'nothing'
  if (body !== null && type.startsWith('text/event-stream')) return body
  throw new ProblemError(status, undefined, `what answered gives ${type}, which is no event stream`)
}
