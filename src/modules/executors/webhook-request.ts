import type { OutboundRequest } from '../outbound/types.ts'
import type { ExecutorContext } from './types.ts'
import type { Credentials } from './webhook-auth.ts'
import type { WebhookInput } from './webhook-input.ts'

/** Written headers that tell nothing about who asks, and so may follow a redirect to another origin. */
const harmlessHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'idempotency-key',
  'traceparent',
  'user-agent',
  'x-request-id',
])

/** The outbound request of one attempt. What the step writes wins over defaults; `auth` wins over both. */
export function toRequest(
  input: WebhookInput,
  credentials: Credentials,
  context: ExecutorContext,
): OutboundRequest {
  const written = lowerCased(input.headers)
  const content = toContent(input)
  const { requestTimeout, connectTimeout } = input
  return {
    method: input.method,
    url: toUrl(input),
    headers: {
      ...standardHeaders(context),
      ...(content && { 'content-type': content.type }),
      ...written,
      ...credentials.headers,
    },
    ...(content && { body: content.body }),
    sensitiveHeaders: [...Object.keys(written), ...Object.keys(credentials.headers)].filter(
      (name) => !harmlessHeaders.has(name),
    ),
    maxRedirects: input.maxRedirects,
    maxResponseBytes: input.maxResponseBytes,
    ...(requestTimeout === undefined ? {} : { requestTimeoutMs: requestTimeout }),
    ...(connectTimeout === undefined ? {} : { connectTimeoutMs: connectTimeout }),
    signal: context.signal,
  }
}

function standardHeaders({ correlation, idempotencyKey }: ExecutorContext): Record<string, string> {
  return {
    // Bytes are counted as they arrive, so they must be those of the body.
    'accept-encoding': 'identity',
    'user-agent': 'stepstream',
    'x-request-id': correlation.id,
    'idempotency-key': idempotencyKey,
    ...(correlation.traceparent === undefined ? {} : { traceparent: correlation.traceparent }),
  }
}

function toContent({ json, text }: WebhookInput): { type: string; body: string } | undefined {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) }
  if (text !== undefined) return { type: 'text/plain; charset=utf-8', body: text }
  return undefined
}

function toUrl({ url, query }: WebhookInput): string {
  const full = new URL(url)
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      full.searchParams.append(name, String(one))
    }
  }
  return full.href
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
