import { parseRetryAfter } from '../../retry-after.ts'
import { Refused, Unavailable } from './refusals.ts'

/** An interaction that was claimed, as far as a worker looks at it. */
export interface Claimed {
  readonly interactionId: string
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
  readonly command: unknown
  readonly leaseMs: number
  readonly idempotencyKey: string
  readonly correlationId: string
  readonly traceparent?: string
}

export interface HeartbeatAnswer {
  readonly cancel: boolean
  readonly reason?: string
}

export interface OutputPart {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** What a worker answers with. */
export interface Answer {
  readonly status: 'ok' | 'error'
  readonly output?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

export interface ServiceApiOptions {
  readonly url: string
  readonly key: string | undefined
  readonly workerId: string
}

/** The calls of a worker. All of them throw `Refused`, or `Unavailable` where it helps to call again. */
export interface ServiceApi {
  claim(
    claim: { queue: string; wait: number; max: number; leaseMs: number },
    signal: AbortSignal,
  ): Promise<readonly Claimed[]>
  heartbeat(id: string, output: readonly OutputPart[]): Promise<HeartbeatAnswer>
  answer(id: string, answer: Answer): Promise<void>
  release(id: string): Promise<void>
}

/** How long the service may take to answer, beside what it was asked to wait. */
const ANSWER_MS = 20_000

/** What is worth another call. */
const passing: ReadonlySet<number> = new Set([408, 425, 429])

export function createServiceApi({ url, key, workerId }: ServiceApiOptions): ServiceApi {
  return {
    async claim(claim, signal) {
      const within = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS + claim.wait * 1000)])
      const answer = await call('claim', claim, within)
      return (answer as { interactions: readonly Claimed[] }).interactions
    },
    async heartbeat(id, output) {
      const body = output.length === 0 ? {} : { output }
      return (await call(`${id}/heartbeat`, body)) as HeartbeatAnswer
    },
    async answer(id, answer) {
      await call(`${id}/result`, answer)
    },
    async release(id) {
      await call(`${id}/release`, {})
    },
  }

  async function call(
    path: string,
    body: object,
    signal: AbortSignal = AbortSignal.timeout(ANSWER_MS),
  ): Promise<unknown> {
    const response = await reach(`${url}/v1/interactions/${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ ...body, workerId }),
      signal,
      // A key must not follow a redirect to somewhere else.
      redirect: 'error',
    })
    const { status, headers, text } = response
    if (status < 300) return answerIn(text)
    if (status >= 500 || passing.has(status)) {
      const retryAfter = headers.get('retry-after') ?? undefined
      throw new Unavailable(`it answers ${status}`, parseRetryAfter(retryAfter, Date.now()))
    }
    const { code = `HTTP ${status}`, detail = text.slice(0, 200) } = problemOf(text)
    throw new Refused(status, code, detail)
  }
}

/** A proxy in between may have answered: the service may be there later. */
function answerIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Unavailable(`it answers with no JSON: ${text.slice(0, 100)}`)
  }
}

async function reach(url: string, request: RequestInit) {
  try {
    const response = await fetch(url, request)
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    throw new Unavailable(cause instanceof Error ? cause.message : String(cause))
  }
}

function problemOf(text: string): { code?: string; detail?: string } {
  try {
    const {
      code,
      detail,
      faults = [],
    } = JSON.parse(text) as {
      code?: string
      detail?: string
      faults?: readonly { pointer: string; message: string }[]
    }
    const named = faults.map(({ pointer, message }) => `${pointer}: ${message}`)
    return {
      ...(code === undefined ? {} : { code }),
      ...(detail === undefined ? {} : { detail: [detail, ...named].join('; ') }),
    }
  } catch {
    // A proxy in between has words of its own.
    return {}
  }
}
