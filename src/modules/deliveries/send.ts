import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import { parseRetryAfter } from '../../retry-after.ts'
import type { PlannedOnEnd } from '../../session/plan.ts'
import type { Correlation } from '../../store/types.ts'
import type { Outbound, OutboundRequest } from '../outbound/types.ts'
import { signatureOf } from './signature.ts'
import type { DeliveryAttempt } from './types.ts'

/** How much of an answer is read; nothing in it matters but its status. */
const MAX_ANSWER_BYTES = 1024 * 1024

const GONE = 410

export interface SendOptions {
  readonly outbound: Pick<Outbound, 'request'>
  readonly secrets: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly requestTimeoutMs: number
}

/** What is sent. */
export interface Message {
  /** The delivery's. */
  readonly id: string
  readonly webhook: PlannedOnEnd['webhook']
  readonly correlation: Correlation
  readonly body: string
}

/** How an attempt ended. */
export interface Sent {
  readonly attempt: DeliveryAttempt
  readonly verdict: 'accepted' | 'refused' | 'gone'
  readonly retryAfterMs?: number
}

/** Calls the receiver once. @throws what `signal` was aborted with, or for */
export async function send(
  message: Message,
  signal: AbortSignal,
  options: SendOptions,
): Promise<Sent> {
  const { clock, outbound } = options
  const at = clock.now()
  const since = performance.now()
  const ended = () => ({ at, ms: Math.round(performance.now() - since) })
  try {
    const { status, headers } = await outbound.request(toRequest(message, at, signal, options))
    const attempt = { ...ended(), status }
    if (status >= 200 && status <= 299) return { attempt, verdict: 'accepted' }
    const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.now())
    return {
      attempt,
      verdict: status === GONE ? 'gone' : 'refused',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    }
  } catch (error) {
    if (signal.aborted || !(error instanceof StepstreamError)) throw error
    const { code, message: text } = error
    return { attempt: { ...ended(), error: { code, message: text } }, verdict: 'refused' }
  }
}

function toRequest(
  { id, webhook, correlation, body }: Message,
  at: number,
  signal: AbortSignal,
  { secrets, requestTimeoutMs }: SendOptions,
): OutboundRequest {
  const { url, headers, secret } = webhook
  const { traceparent } = correlation
  return {
    method: 'POST',
    url,
    headers: {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      // Bytes are counted as they arrive, so they must be those of the body.
      'accept-encoding': 'identity',
      'content-type': 'application/json',
      'user-agent': 'stepstream',
      'idempotency-key': id,
      ...(traceparent === undefined ? {} : { traceparent }),
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      ...(secret === undefined ? {} : signatureOf(secret, secrets, { id, at, body })),
    },
    body,
    // A receiver that has moved says so to whoever wrote its URL, not to us.
    maxRedirects: 0,
    maxResponseBytes: MAX_ANSWER_BYTES,
    requestTimeoutMs,
    signal,
  }
}
