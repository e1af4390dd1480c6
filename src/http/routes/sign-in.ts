import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { type Caller, scopes } from '../../modules/keys/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { isOperator } from '../scopes.ts'
import { cookieOptions, refuseForged, SIGN_IN_COOKIE, signInOf } from '../sign-in-cookie.ts'

/** How long a sign-in is good, unless its key ends before. */
const SIGN_IN_MS = 12 * 60 * 60 * 1000

const whoFields = {
  name: z.string().describe('Of the key'),
  tenant: z.string(),
  scopes: z.array(z.enum(scopes)),
  operator: z.boolean().describe('Whether it may see what belongs to all tenants'),
}

const signedInSchema = z
  .object({ ...whoFields, expiresAt: z.iso.datetime() })
  .meta({ id: 'SignedIn' })

const standingSchema = z
  .object({
    needed: z.boolean().describe('Whether this service wants keys'),
    who: z.object(whoFields).optional().describe('Absent for whoever has not signed in'),
  })
  .meta({ id: 'SignIn' })

const bodySchema = z
  .strictObject({ key: z.string().min(1).max(500).describe('The secret of the key') })
  .meta({ id: 'SignInBody' })

/** POST, GET and DELETE /v1/sign-in */
export function registerSignIn(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const tags = ['keys']

  routes.post(
    '/v1/sign-in',
    {
      config: { scope: 'none', rateLimit: { max: 30, timeWindow: '1 minute' } },
      schema: {
        tags,
        operationId: 'signIn',
        summary: 'Let a page act with a key that no script of it can read',
        description:
          'Sets a cookie (`HttpOnly`, `SameSite=Strict`) that is taken in place of the key for 12 hours, as long as the key works and nobody signs out. What changes something must then come from a page of this service.',
        security: [],
        body: bodySchema,
        response: {
          200: signedInSchema.describe('The cookie is set'),
          ...problemsOf('INVALID_VALUE', 'RATE_LIMITED'),
        },
      },
    },
    async (request, reply) => {
      const made = await deps.keys.signIn(request.body.key, SIGN_IN_MS)
      if (typeof made !== 'object') throw refusal(made)
      const { token, expiresAt, caller } = made
      return reply
        .setCookie(SIGN_IN_COOKIE, token, {
          ...cookieOptions(request),
          expires: new Date(expiresAt),
        })
        .header('cache-control', 'no-store')
        .send({ ...whoIs(caller), expiresAt: new Date(expiresAt).toISOString() })
    },
  )

  routes.get(
    '/v1/sign-in',
    {
      config: { scope: 'any', takesStrangers: true },
      schema: {
        tags,
        operationId: 'getSignIn',
        summary: 'Tell whether a key is needed, and whose the request came with',
        response: { 200: standingSchema.describe('As it is now'), ...problemsOf() },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      return standingOf(request)
    },
  )

  routes.delete(
    '/v1/sign-in',
    {
      config: { scope: 'none' },
      schema: {
        tags,
        operationId: 'signOut',
        summary: 'End a sign-in',
        description:
          'It is good for nothing any more, wherever the cookie was copied to, and its streams end. It must come from a page of this service.',
        security: [],
        response: {
          204: z.null().describe('It has ended, and the cookie is gone'),
          ...problemsOf('ORIGIN_NOT_ALLOWED'),
        },
      },
    },
    async (request, reply) => {
      const token = signInOf(request)
      if (token !== undefined) {
        refuseForged(request)
        await deps.keys.signOut(token)
      }
      reply.clearCookie(SIGN_IN_COOKIE, cookieOptions(request))
      return reply.code(204).send(null)
    },
  )
}

function standingOf({ caller, isStranger }: FastifyRequest): z.output<typeof standingSchema> {
  if (isStranger) return { needed: true }
  return caller === undefined ? { needed: false } : { needed: true, who: whoIs(caller) }
}

function whoIs(caller: Caller) {
  const { name, tenant } = caller
  return { name, tenant, scopes: [...caller.scopes], operator: isOperator(caller) }
}

function refusal(lapse: 'revoked' | 'expired' | undefined): StepstreamError {
  const messages = { revoked: 'the key was revoked', expired: 'the key has expired' }
  const message = lapse === undefined ? 'no key has this secret' : messages[lapse]
  return new StepstreamError('UNAUTHENTICATED', message)
}
