import { z } from 'zod'
import { durationSchema } from '../../duration.ts'
import { checkKeys } from './record-keys.ts'

const httpMethods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const repeatableMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Headers that belong to the connection and not to the request. */
const reservedHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const headerName = z.string().check(({ value, issues }) => {
  const message = findHeaderFault(value)
  if (message !== undefined) issues.push({ code: 'custom', message, input: value })
})

const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'A header value has no line breaks and only Latin-1 text')

const secretName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'The name of a secret, as in SECRET_<name>')
  .describe('The name of a secret: the service reads SECRET_<name> from its environment.')

const httpUrl = z.string().check((context) => {
  const fault = findUrlFault(context.value)
  if (fault !== undefined) {
    context.issues.push({ code: 'custom', message: fault, input: context.value })
  }
})

const auth = z
  .strictObject({
    basic: z.strictObject({ username: z.string(), passwordSecret: secretName }).optional(),
    bearer: z.strictObject({ secret: secretName }).optional(),
    apiKey: z.strictObject({ header: headerName, secret: secretName }).optional(),
    oauth2: z
      .strictObject({
        tokenUrl: httpUrl,
        clientId: z.string().min(1),
        clientSecretSecret: secretName,
        scope: z.string().optional(),
      })
      .optional()
      .describe('Client credentials (RFC 6749 §4.4); the token is kept until it expires.'),
  })
  .refine((kinds) => Object.values(kinds).filter((kind) => kind !== undefined).length === 1, {
    error: 'Give exactly one of basic, bearer, apiKey and oauth2',
  })

const queryValue = z.union([z.string(), z.number(), z.boolean()])

/** What a webhook step takes in `with`. */
export const webhookInput = z
  .strictObject({
    method: z.enum(httpMethods).default('GET'),
    url: httpUrl.describe('An http or https URL.'),
    headers: z.record(z.string(), headerValue).check(checkKeys(findHeaderFault)).default({}),
    query: z
      .record(z.string(), z.union([queryValue, z.array(queryValue)]))
      .default({})
      .describe('Added to the query of the URL; a list repeats the name.'),
    json: z.unknown().optional().describe('A body sent as JSON.'),
    text: z.string().optional().describe('A body sent as text.'),
    auth: auth.optional(),
    expect: z
      .array(z.int().min(100).max(599))
      .min(1)
      .optional()
      .describe('The statuses that are a success. Default: 200 to 299.'),
    maxResponseBytes: z
      .int()
      .min(0)
      .max(64 * 1024 * 1024)
      .default(1024 * 1024),
    maxRedirects: z.int().min(0).max(20).default(5).describe('0 follows none.'),
    requestTimeout: durationSchema
      .optional()
      .describe('Limit of the exchange, redirects included. Default: REQUEST_TIMEOUT.'),
    connectTimeout: durationSchema
      .optional()
      .describe('Limit of making a connection. Default: CONNECT_TIMEOUT.'),
  })
  .refine((value) => value.json === undefined || value.text === undefined, {
    error: 'Give either “json” or “text”',
    path: ['text'],
  })

export type WebhookInput = z.output<typeof webhookInput>

export type WebhookAuth = z.output<typeof auth>

/** Whether a request by this method has no effects to repeat; `undefined` is the default, GET. */
export function isRepeatable(method: unknown): boolean {
  return method === undefined || (typeof method === 'string' && repeatableMethods.has(method))
}

function findHeaderFault(name: string): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
    return 'Not a header name; write letters, digits and -'
  }
  return reservedHeaders.has(name.toLowerCase()) ? 'This header is set by the service' : undefined
}

function findUrlFault(text: string): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'Not a URL; write one such as "https://example.com/path"'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'Only http: and https: URLs'
  if (url.username !== '' || url.password !== '') return 'No credentials in the URL; use “auth”'
  return undefined
}
