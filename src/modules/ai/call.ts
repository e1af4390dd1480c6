import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { parseRetryAfter } from '../../retry-after.ts'
import type { Outbound, OutboundResponse } from '../outbound/types.ts'
import { BrokenAnswerError, type Completion, CompletionReader } from './completion.ts'
import type { Connection } from './connection.ts'
import { bodyIn, type Dialect, lesserDialect } from './dialect.ts'
import { pause } from './pause.ts'
import type { AiMessage, AiRequest } from './types.ts'

export interface CallOptions {
  readonly outbound: Pick<Outbound, 'request'>
  readonly clock: Clock
  /** A number in [0, 1), for jitter. */
  readonly random: () => number
}

/** How often a call is made again that failed in passing. */
const MAX_RETRIES = 2

const FIRST_DELAY_MS = 500

/** A server that asks for more patience than this has its step wait instead. */
const MAX_DELAY_MS = 20_000

const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/** How much of a server's own words an error carries. */
const MAX_WORDS = 300

/** What passes: a conflict, a limit, a server that is overloaded or restarting. */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429])

/**
 * One question to a model, as often as it takes to be answered: in the dialect that its server
 * understands, and again after what passes.
 * @throws StepstreamError AI_UNAVAILABLE, AI_REFUSED, ADDRESS_REFUSED
 */
export async function call(
  connection: Connection,
  messages: readonly AiMessage[],
  request: Omit<AiRequest, 'parse' | 'connection'>,
  options: CallOptions,
): Promise<Completion> {
  let { dialect } = connection
  for (let retries = 0; ; ) {
    const failure = await callOnce(connection, dialect, messages, request, options)
    if ('content' in failure) return failure
    const lesser = lesserDialect(dialect, failure)
    if (lesser !== undefined) {
      dialect = lesser.dialect
      if (lesser.isLasting) connection.dialect = dialect
      continue
    }
    const delayMs = delayOf(failure, retries, options.random())
    if (!failure.isPassing || retries === MAX_RETRIES || delayMs > MAX_DELAY_MS) {
      throw errorOf(connection, failure)
    }
    retries += 1
    await pause(options.clock, delayMs, request.signal)
  }
}

interface Failure {
  /** 0: there was no answer. */
  readonly status: number
  readonly message: string
  readonly isPassing: boolean
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

async function callOnce(
  connection: Connection,
  dialect: Dialect,
  messages: readonly AiMessage[],
  request: Omit<AiRequest, 'parse' | 'connection'>,
  { outbound, clock }: CallOptions,
): Promise<Completion | Failure> {
  const { settings } = connection
  const reader = new CompletionReader(request.onReasoning)
  try {
    const response = await outbound.request({
      method: 'POST',
      url: connection.url('chat/completions'),
      headers: { ...connection.headers, 'content-type': 'application/json' },
      body: JSON.stringify(bodyIn(dialect, settings.model, messages, request)),
      maxRedirects: 0,
      maxResponseBytes: MAX_ANSWER_BYTES,
      ...(request.timeoutMs === undefined ? {} : { requestTimeoutMs: request.timeoutMs }),
      signal: request.signal,
      onData: (piece, head) => reader.feed(piece, head),
    })
    if (response.status === 200) return reader.end(response)
    return failureOf(connection, response, clock.now())
  } catch (error) {
    if (request.signal.aborted) throw error
    return thrownFailure(error)
  }
}

/** @throws whatever is no failure of the call */
function thrownFailure(error: unknown): Failure {
  const broken = brokenIn(error)
  if (broken !== undefined) {
    return { status: 200, message: `its answer: ${broken.message}`, isPassing: true, cause: error }
  }
  if (!(error instanceof StepstreamError) || error.code === 'ADDRESS_REFUSED') throw error
  const isPassing = error.code === 'NETWORK_ERROR' || error.code === 'REQUEST_TIMEOUT'
  return { status: 0, message: error.message, isPassing, cause: error }
}

/** What a reader throws ends its request, and comes back wrapped. */
function brokenIn(error: unknown): BrokenAnswerError | undefined {
  if (error instanceof BrokenAnswerError) return error
  return error instanceof Error && error.cause instanceof BrokenAnswerError
    ? error.cause
    : undefined
}

function failureOf(connection: Connection, response: OutboundResponse, now: number): Failure {
  const { status, headers, body } = response
  const words = connection.hideKey(wordsOf(body.toString())).slice(0, MAX_WORDS)
  const message = `it answered ${status}${words === '' ? '' : `: ${words}`}`
  const isPassing = passing.has(status) || status >= 500
  return { status, message, isPassing, retryAfterMs: parseRetryAfter(headers['retry-after'], now) }
}

/** What a server says went wrong, in the forms that are about. */
function wordsOf(body: string): string {
  try {
    const { error, message, detail } = JSON.parse(body) as Record<string, unknown>
    const said = (error as { message?: unknown } | undefined)?.message ?? error ?? message ?? detail
    return typeof said === 'string' ? said : JSON.stringify(said ?? '')
  } catch {
    return body.trim()
  }
}

function delayOf({ retryAfterMs }: Failure, retries: number, random: number): number {
  const own = FIRST_DELAY_MS * 2 ** retries
  return retryAfterMs ?? own / 2 + random * own
}

function errorOf({ name, settings }: Connection, failure: Failure): StepstreamError {
  const { message, isPassing, retryAfterMs, cause } = failure
  const code = isPassing ? 'AI_UNAVAILABLE' : 'AI_REFUSED'
  const { host } = new URL(settings.baseUrl)
  return new StepstreamError(code, `AI connection ${name} (${host}): ${message}`, {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  })
}
