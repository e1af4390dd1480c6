import { z } from 'zod'
import { findHeaderFault, headerValue, outboundUrl, secretName } from '../modules/outbound/types.ts'
import type { PlannedOnEnd } from '../session/plan.ts'
import type { PostedBody } from './body.ts'
import type { Faults, Path } from './faults.ts'
import { addIssues } from './issues.ts'

const MAX_URL_CHARS = 2048
const MAX_HEADERS = 20
const MAX_HEADER_CHARS = 4096

const ends = ['completed', 'completed_with_errors', 'failed', 'cancelled'] as const

/** Headers that the service writes itself. */
const ownHeaders: ReadonlySet<string> = new Set([
  'accept-encoding',
  'content-type',
  'host',
  'idempotency-key',
  'traceparent',
  'user-agent',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
])

const headersSchema = z
  .record(z.string(), headerValue.max(MAX_HEADER_CHARS))
  .check(({ value, issues }) => {
    const names = Object.keys(value)
    if (names.length > MAX_HEADERS) {
      issues.push({ code: 'custom', message: `expected up to ${MAX_HEADERS}`, input: value })
    }
    for (const name of names) {
      const message = ownHeaders.has(name.toLowerCase())
        ? 'This header is set by the service'
        : findHeaderFault(name)
      if (message !== undefined) {
        issues.push({ code: 'custom', message, input: value, path: [name] })
      }
    }
  })

/** Whom to tell when the session has ended. */
export const onEndSchema = z
  .strictObject({
    webhook: z.strictObject({
      url: outboundUrl
        .max(MAX_URL_CHARS)
        .refine((url) => !url.includes('{{'), 'Expressions are not evaluated here')
        .describe('An http or https URL; it is called with POST.'),
      headers: headersSchema.default({}).describe('Sent as they are, beside those of the service.'),
      secret: secretName
        .describe(
          'The name of the secret SECRET_<name> that signs the call. Default: no signature.',
        )
        .optional(),
      on: z
        .array(z.enum(ends))
        .min(1)
        .max(ends.length)
        .default([...ends])
        .describe('The ends that are told. Default: all.'),
      include: z
        .enum(['summary', 'steps'])
        .default('summary')
        .describe('steps: the outputs of the steps as well.'),
    }),
  })
  .meta({ id: 'OnEnd', description: 'Whom to tell when the session has ended.' })

type OnEnd = z.output<typeof onEndSchema>

/** What a callback may not be. */
export interface OnEndChecks {
  hasSecret(name: string): boolean
  /** Why the host of a URL would be refused, as far as that shows without resolving a name. */
  refuseUrl?(url: string): string | undefined
}

/** The callback of a plan: the one posted beside the workflow, or else the workflow’s. */
export function readOnEnd(
  ofWorkflow: OnEnd | undefined,
  { onEnd: posted, workflowAt }: Pick<PostedBody, 'onEnd' | 'workflowAt'>,
  checks: OnEndChecks,
  faults: Faults,
): PlannedOnEnd | undefined {
  if (posted === undefined) return checked(ofWorkflow, [...workflowAt, 'onEnd'], checks, faults)
  const parsed = onEndSchema.safeParse(posted)
  if (!parsed.success) addIssues(parsed.error.issues, posted, ['onEnd'], faults)
  return checked(parsed.data, ['onEnd'], checks, faults)
}

function checked(
  onEnd: OnEnd | undefined,
  at: Path,
  { hasSecret, refuseUrl }: OnEndChecks,
  faults: Faults,
): PlannedOnEnd | undefined {
  if (onEnd === undefined) return undefined
  const { secret, ...webhook } = onEnd.webhook
  const refusal = refuseUrl?.(webhook.url)
  if (refusal !== undefined) faults.add([...at, 'webhook', 'url'], 'ADDRESS_REFUSED', refusal)
  if (secret !== undefined && !hasSecret(secret)) {
    const message = `there is no secret "${secret}"; set SECRET_${secret} where the service runs`
    faults.add([...at, 'webhook', 'secret'], 'UNKNOWN_SECRET', message)
  }
  return { webhook: { ...webhook, ...(secret === undefined ? {} : { secret }) } }
}
