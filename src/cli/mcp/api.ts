import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream'
import { faultOf, jsonOf, ServiceFault, strangeAnswer, unreachable } from './fault.ts'

/** How long an answer may take, beside what the service was asked to wait. */
const PATIENCE_MS = 30_000

export interface Service {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string
  /** Absent: it needs none, or says so. */
  readonly key: string | undefined
  /** What calls it, for its audit log. */
  readonly userAgent: string
}

export interface Ask {
  readonly signal: AbortSignal
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** How long the service was asked to wait. @default 0 */
  readonly waitMs?: number
}

/** The service's HTTP API. Every method throws ServiceFault, or the reason of the signal. */
export interface Api {
  get<T = unknown>(path: string, ask: Ask): Promise<T>
  post<T = unknown>(path: string, ask: Ask): Promise<T>
  /** The frames of a stream until it ends. */
  stream(path: string, ask: Ask): AsyncGenerator<EventSourceMessage, void>
}

/** A path with its parts encoded: an id that somebody made up must lead nowhere else. */
export function path(literals: TemplateStringsArray, ...parts: readonly string[]): string {
  // A dot segment is taken out of a URL, encoded or not.
  const bad = parts.find((part) => /^\.{0,2}$/.test(part))
  if (bad !== undefined) {
    throw new ServiceFault({
      code: 'INVALID_VALUE',
      detail: `"${bad}" is no id and no name`,
      suggestedAction: 'Use an id or a name as the service gave it.',
    })
  }
  return String.raw({ raw: literals }, ...parts.map(encodeURIComponent))
}

export function createApi(service: Service): Api {
  return {
    get: (to, ask) => answerOf(service, 'GET', to, ask),
    post: (to, ask) => answerOf(service, 'POST', to, ask),
    stream: (to, ask) => framesOf(service, to, ask),
  }
}

async function answerOf<T>(service: Service, method: string, to: string, ask: Ask): Promise<T> {
  const limit = AbortSignal.timeout(PATIENCE_MS + (ask.waitMs ?? 0))
  const signal = AbortSignal.any([ask.signal, limit])
  return reaching(service, ask.signal, async () => {
    const response = await send(service, method, to, { ...ask, signal }, 'application/json')
    const text = await response.text()
    const json = jsonOf(text)
    if (json === undefined) throw strangeAnswer(response, text)
    return json as T
  })
}

async function* framesOf(
  service: Service,
  to: string,
  ask: Ask,
): AsyncGenerator<EventSourceMessage, void> {
  const frames = await reaching(service, ask.signal, async () => {
    const response = await send(service, 'GET', to, ask, 'text/event-stream')
    return response.body
      ?.pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream())
      [Symbol.asyncIterator]()
  })
  if (frames === undefined) return
  try {
    for (;;) {
      const { done, value } = await reaching(service, ask.signal, () => frames.next())
      if (done === true) return
      yield value
    }
  } finally {
    await frames.return?.()
  }
}

/** @throws ServiceFault for what is no success */
async function send(
  { url, key, userAgent }: Service,
  method: string,
  to: string,
  { query = {}, body, headers = {}, signal }: Ask,
  accept: string,
): Promise<Response> {
  const target = new URL(url.replace(/\/+$/, '') + to)
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) target.searchParams.set(name, String(value))
  }
  const response = await fetch(target, {
    method,
    signal,
    headers: {
      accept,
      'user-agent': userAgent,
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw await faultOf(response)
  return response
}

/** Whatever goes wrong on the way is a service that cannot be reached, unless the caller has left. */
async function reaching<T>({ url }: Service, caller: AbortSignal, ask: () => Promise<T>) {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ServiceFault || caller.aborted) throw error
    throw unreachable(url, error)
  }
}
