import { StepstreamError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { parseRetryAfter } from '../../retry-after.ts'
import type { Outbound, OutboundResponse } from '../outbound/types.ts'
import { toErrorOutcome } from './error-outcome.ts'
import { refusedAddress, unknownSecret } from './input-faults.ts'
import { createOAuthTokens, type OAuthTokens } from './oauth-tokens.ts'
import { readBody } from './response-body.ts'
import type { Executor, ExecutorContext, InputFault, Outcome } from './types.ts'
import { authenticate, type Credentials, secretsOf } from './webhook-auth.ts'
import { isRepeatable, type WebhookInput, webhookInput } from './webhook-input.ts'
import { toRequest } from './webhook-request.ts'

export interface WebhookOptions {
  readonly outbound: Outbound
  /** Whether the environment has `SECRET_<name>`; refuses plans that name another. Default: not checked. */
  readonly hasSecret?: (name: string) => boolean
}

/** How much of an unexpected response an error carries. */
const PREVIEW_LENGTH = 2048

/** Makes the executor that sends one HTTP request through the guarded client. */
export function createWebhookExecutor({
  outbound,
  hasSecret = () => true,
}: WebhookOptions): Executor<WebhookInput> {
  const tokens = createOAuthTokens(outbound)
  return {
    name: 'webhook',
    description: 'Sends an HTTP request and gives its status, headers and body.',
    input: webhookInput,
    safeToRepeat: ({ method }) => isRepeatable(method),
    defaultMaxAttempts: ({ method }) => (isRepeatable(method) ? 3 : 1),
    check: (step) => [...refusedAddress(step['url'], outbound), ...checkSecrets(step, hasSecret)],
    async execute(input, context) {
      try {
        const { response, credentials } = await send(input, context, outbound, tokens)
        return toOutcome(input, response, credentials, context)
      } catch (error) {
        if (context.signal.aborted) return { status: 'aborted' }
        if (error instanceof StepstreamError) return toErrorOutcome(error)
        throw error
      }
    },
  }
}

/** A 401 may mean that a kept token was revoked, so it gets one more try with a fresh one. */
async function send(
  input: WebhookInput,
  context: ExecutorContext,
  outbound: Outbound,
  tokens: OAuthTokens,
): Promise<{ response: OutboundResponse; credentials: Credentials }> {
  const first = await authenticate(input.auth, tokens, context)
  const response = await outbound.request(toRequest(input, first, context))
  if (response.status !== 401 || !first.refused()) return { response, credentials: first }
  const second = await authenticate(input.auth, tokens, context)
  return {
    response: await outbound.request(toRequest(input, second, context)),
    credentials: second,
  }
}

function toOutcome(
  input: WebhookInput,
  response: OutboundResponse,
  { concealed }: Credentials,
  context: ExecutorContext,
): Outcome {
  const conceal = (text: string): string =>
    concealed.reduce((shown, hidden) => shown.replaceAll(hidden, '***'), text)
  const headers = concealHeaders(response.headers, conceal)
  const contentType = response.headers['content-type']
  const body = readBody(response.body, contentType?.toString(), conceal)
  const { status } = response
  if (isExpected(status, input.expect)) {
    return { status: 'succeeded', output: { status, headers, ...body } }
  }
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], context.now())
  return {
    status: 'failed',
    code: 'UNEXPECTED_STATUS',
    message: `${input.method} ${new URL(response.url).host} answered ${status}`,
    retryable: isRetryable(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    details: { status, headers, body: preview(body.body) },
  }
}

function concealHeaders(
  headers: OutboundResponse['headers'],
  conceal: (text: string) => string,
): JsonObject {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string' ? conceal(value) : value.map(conceal),
    ]),
  )
}

function isExpected(status: number, expected: readonly number[] | undefined): boolean {
  return expected === undefined ? status >= 200 && status <= 299 : expected.includes(status)
}

/** Too slow, too early, too many, or the server's own fault: later it may answer otherwise. */
function isRetryable(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500
}

function preview(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH)}…` : text
}

function checkSecrets(
  { auth }: JsonObject,
  hasSecret: (name: string) => boolean,
): readonly InputFault[] {
  const parsed = webhookInput.shape.auth.safeParse(auth)
  if (!parsed.success || parsed.data === undefined) return []
  return secretsOf(parsed.data)
    .filter(({ name }) => !hasSecret(name))
    .map(({ path, name }) => unknownSecret(['auth', ...path], name))
}
