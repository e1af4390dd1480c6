import { z } from 'zod'
import { durationSchema } from '../../duration-schema.ts'
import {
  findHeaderFault,
  headerName,
  headerValue,
  outboundUrl,
  secretName,
} from '../outbound/types.ts'
import { checkKeys } from './record-keys.ts'

const httpMethods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

const repeatableMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

const auth = z
  .strictObject({
    basic: z.strictObject({ username: z.string(), passwordSecret: secretName }).optional(),
    bearer: z.strictObject({ secret: secretName }).optional(),
    apiKey: z.strictObject({ header: headerName, secret: secretName }).optional(),
    oauth2: z
      .strictObject({
        tokenUrl: outboundUrl,
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
    url: outboundUrl.describe('An http or https URL.'),
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
