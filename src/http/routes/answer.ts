import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'

const resultSchema = z
  .strictObject({
    status: z
      .enum(['ok', 'warning', 'error'])
      .describe(
        'ok: the step completes; warning: onWarning decides; error: it is tried again, or fails',
      ),
    output: (z.unknown() as z.ZodType<Json>).optional(),
    error: z
      .strictObject({ code: z.string().max(200).optional(), message: z.string().max(10_000) })
      .optional()
      .describe('What went wrong, or what the warning is about'),
    workerId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Who has claimed it, for what a queue asks for'),
  })
  .meta({ id: 'InteractionResult' })

/** POST /v1/interactions/:id/result; repeating one is answered as it was the first time. */
export function registerAnswer(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/result',
    {
      config: { audit: 'interaction.result', scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'answerInteraction',
        summary: 'Report the result of what was asked for',
        params: z.object({ id: z.string() }),
        body: resultSchema,
        response: {
          202: z
            .object({
              interactionId: z.string(),
              sessionId: z.string(),
              stepId: z.string(),
              status: z.enum(['ok', 'warning', 'error']),
            })
            .describe('The result is on disk'),
          ...problemsOf(
            'INTERACTION_NOT_FOUND',
            'INTERACTION_OVER',
            'INTERACTION_ANSWERED',
            'INTERACTION_LOST',
            'INVALID_VALUE',
            'BODY_TOO_LARGE',
          ),
        },
      },
    },
    async ({ tenant, params, body, caller }, reply) => {
      const { workerId: worker, ...answer } = body
      const accepted = await deps.interactions.answer(tenant, params.id, {
        ...answer,
        worker,
        actor: caller?.name,
      })
      return reply.code(202).send(accepted)
    },
  )
}
