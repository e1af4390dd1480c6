import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { JsonObject } from '../../json.ts'
import { Faults } from '../../plan/faults.ts'
import { checkSanity } from '../../plan/sanity.ts'
import { correlationOf } from '../correlation.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { linksOf } from '../views.ts'
import { refuseWhenClosing, sessionRateLimit } from './create-session.ts'
import { takesAnyBody } from './plans.ts'

/** POST /v1/hooks/:id/trigger */
export function registerTriggerHook(app: FastifyInstance, deps: HttpDeps): void {
  const rateLimit = sessionRateLimit(deps)
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/hooks/:id/trigger',
    {
      ...takesAnyBody,
      config: { scope: 'run', rateLimit, takesStrangers: true },
      schema: {
        tags: ['hooks'],
        operationId: 'triggerHook',
        summary: 'Call a hook',
        description:
          'Needs no key where the hook has a secret: the call is signed with it, by Standard Webhooks, or as GitHub does it. A `webhook-id` that has been here starts nothing new and gets the same answer.',
        params: z.object({ id: z.string() }),
        querystring: z.object({
          tenant: z
            .string()
            .optional()
            .describe('Whose hook it is, for calls without a key. Default: `default`.'),
        }),
        headers: z.object({
          'webhook-id': z.string().optional(),
          'webhook-timestamp': z.string().optional(),
          'webhook-signature': z.string().optional(),
          'x-hub-signature-256': z.string().optional(),
        }),
        body: z.unknown().describe('Whatever the expressions of the hook read, as JSON'),
        response: {
          202: z.object({ sessionId: z.string() }).describe('The session is on disk and will run'),
          204: z.null().describe('`when` was false: nothing was started'),
          ...problemsOf(
            'HOOK_NOT_FOUND',
            'HOOK_PAUSED',
            'INVALID_SIGNATURE',
            'INVALID_INPUTS',
            'EXPRESSION_FAILED',
            'BODY_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            'RATE_LIMITED',
            'TOO_MANY_SESSIONS',
            'SHUTTING_DOWN',
          ),
        },
      },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const { tenant, method, headers, query, body, rawBody = '', isStranger } = request
      refuseInsane(body)
      const outcome = await deps.hooks.call(tenant, request.params.id, {
        method,
        headers,
        query: query as JsonObject,
        body,
        rawBody,
        correlation: correlationOf(request),
        isKnown: !isStranger,
      })
      if (outcome === undefined) return reply.code(204).send(null)
      const { sessionId, isNew } = outcome
      if (!isNew) reply.header('idempotency-replayed', 'true')
      return reply.code(202).header('location', linksOf(sessionId).self).send({ sessionId })
    },
  )
}

/** Expressions look at all of it, so it must be nothing that they could choke on. */
function refuseInsane(body: unknown): void {
  if (body === undefined) return
  const faults = new Faults()
  checkSanity(body, [], faults)
  faults.throwIfAny()
}
