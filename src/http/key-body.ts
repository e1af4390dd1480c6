import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { durationSchema } from '../duration-schema.ts'
import { StepstreamError } from '../errors.ts'
import {
  type NewKey,
  queuePattern,
  type Scope,
  scopes,
  tenantPattern,
} from '../modules/keys/types.ts'
import { parseBody } from './parse-body.ts'
import { hasScope, isOperator } from './scopes.ts'

const MAX_QUEUES = 100
const MAX_OVERLAP_MS = 30 * 24 * 60 * 60 * 1000

/** A tenant as callers name it. */
export const tenantSchema = z
  .string()
  .regex(
    tenantPattern,
    'Expected 1 to 63 letters, digits, _, . or -, beginning with a letter or digit',
  )

export const ofTenant = z.strictObject({
  tenant: tenantSchema.optional().describe('Whose, for operators. Default: their own.'),
})

const wrong = (message: string) => ({ message, params: { code: 'INVALID_VALUE' } })

/** A key as a caller may ask for it. */
export const keyBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200).describe('What people see, also in the audit log.'),
    scopes: z
      .array(z.enum(scopes))
      .min(1)
      .max(scopes.length)
      .describe('What it is good for; admin includes the others.'),
    queues: z
      .array(z.string().regex(queuePattern, 'Expected the name of a queue'))
      .min(1)
      .max(MAX_QUEUES)
      .optional()
      .describe('The queues that work is limited to. Default: all.'),
    tenant: tenantSchema
      .optional()
      .describe('Whose it is, for operators. Default: that of the key it is made with.'),
    expiresAt: z.iso.datetime({ offset: true }).optional().describe('When it stops working.'),
    expiresIn: durationSchema.optional().describe('The same, from now on. Default: never.'),
  })
  .refine(({ expiresAt, expiresIn }) => expiresAt === undefined || expiresIn === undefined, {
    ...wrong('give one of expiresAt and expiresIn'),
    path: ['expiresIn'],
  })
  .refine(
    ({ queues, scopes: wanted }) =>
      queues === undefined || (wanted.includes('work') && !wanted.includes('admin')),
    { ...wrong('queues limit the scope work, and nothing limits admin'), path: ['queues'] },
  )
  .meta({ id: 'KeyBody', description: 'Whom to let in, and to what.' })

/** How a key is rotated. */
export const rotationBodySchema = z
  .strictObject({
    overlap: durationSchema
      .optional()
      .describe('How long the secret works that it had, up to 30d. Default: no longer.'),
  })
  .nullish()
  .meta({ id: 'KeyRotation' })

/** @throws StepstreamError with every fault found, FORBIDDEN for what its caller may not give */
export function readKeyBody(request: FastifyRequest, now: number): NewKey & { tenant: string } {
  const { name, queues, tenant, ...wanted } = parseBody(keyBodySchema, request.body)
  refuseMoreThanHad(request, wanted.scopes)
  return {
    tenant: tenantAsked(request, tenant),
    name,
    scopes: scopes.filter((scope) => wanted.scopes.includes(scope)),
    ...(queues === undefined ? {} : { queues: [...new Set(queues)] }),
    createdBy: request.caller?.keyId ?? null,
    expiresAt: expiryOf(wanted, now),
  }
}

/** How long the secrets go on to work, in ms. @throws StepstreamError with every fault found */
export function readOverlap({ body }: FastifyRequest): number {
  const { overlap = 0 } = parseBody(rotationBodySchema, body) ?? {}
  if (overlap <= MAX_OVERLAP_MS) return overlap
  throw StepstreamError.fromFaults([
    { pointer: '/overlap', code: 'INVALID_VALUE', message: 'an overlap is 30d at most' },
  ])
}

/** Which tenant the query of a request names, if it does. @throws INVALID_QUERY */
export function queriedTenant({ query }: FastifyRequest): string | undefined {
  const parsed = ofTenant.safeParse(query)
  if (parsed.success) return parsed.data.tenant
  throw new StepstreamError('INVALID_QUERY', 'the query can have tenant, the name of one')
}

/** Whose keys a request is about. @throws FORBIDDEN where they are not its caller’s */
export function tenantAsked(request: FastifyRequest, asked: string | undefined): string {
  if (asked === undefined || asked === request.tenant) return request.tenant
  if (isOperator(request.caller)) return asked
  throw new StepstreamError(
    'FORBIDDEN',
    'keys of other tenants need a key with the scope admin and the tenant default',
  )
}

function expiryOf(
  { expiresAt, expiresIn }: { expiresAt?: string | undefined; expiresIn?: number | undefined },
  now: number,
): number | null {
  if (expiresIn === undefined && expiresAt === undefined) return null
  const at = expiresAt === undefined ? now + (expiresIn ?? 0) : Date.parse(expiresAt)
  if (at > now) return at
  const pointer = expiresAt === undefined ? '/expiresIn' : '/expiresAt'
  throw StepstreamError.fromFaults([
    { pointer, code: 'INVALID_VALUE', message: 'a key must not expire before it is made' },
  ])
}

/** @throws FORBIDDEN */
function refuseMoreThanHad({ caller }: FastifyRequest, wanted: readonly Scope[]): void {
  const missing = wanted.find((scope) => caller !== undefined && !hasScope(caller, scope))
  if (missing === undefined) return
  throw new StepstreamError('FORBIDDEN', `a key without the scope ${missing} cannot give it`)
}
