import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { acceptedDecisionSchema, decisionSchema } from '../decision-body.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'

/** POST /v1/interactions/:id/answer; repeating one is answered as it was the first time. */
export function registerDecide(app: FastifyInstance, { interactions }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/answer',
    {
      config: { audit: 'interaction.answer', scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'decideInteraction',
        summary: 'Approve, reject or push back; or say what becomes of a step that failed',
        params: z.object({ id: z.string() }),
        body: decisionSchema,
        response: {
          202: acceptedDecisionSchema.describe('The decision is on disk'),
          ...problemsOf(
            'INTERACTION_NOT_FOUND',
            'INTERACTION_OVER',
            'INTERACTION_ANSWERED',
            'INTERACTION_MISMATCH',
            'NOT_AN_APPROVER',
            'STEP_NOT_FOUND',
            'ILLEGAL_TRANSITION',
            'INVALID_VALUE',
            'BODY_TOO_LARGE',
          ),
        },
      },
    },
    async ({ tenant, params, body, caller }, reply) => {
      const given = { ...body, key: caller?.name }
      return reply.code(202).send(await interactions.decide(tenant, params.id, given))
    },
  )
}
