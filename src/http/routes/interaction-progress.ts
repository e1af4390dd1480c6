import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { claimantSchema, writtenSchema } from '../worker-body.ts'

const progressSchema = z
  .strictObject({
    percent: z.number().min(0).max(100).optional().describe('How far it is'),
    message: z.string().max(10_000).optional().describe('What is being done'),
    output: writtenSchema.optional().describe('What the work has written since the last report'),
    workerId: claimantSchema,
  })
  .meta({ id: 'InteractionProgress' })

/** POST /v1/interactions/:id/progress: what whoever does the work says of it meanwhile. */
export function registerInteractionProgress(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/progress',
    {
      config: { scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'reportInteractionProgress',
        summary: 'Report how far the work is; a refusal means that it is to be stopped',
        params: z.object({ id: z.string() }),
        body: progressSchema.nullish(),
        response: {
          200: z
            .object({
              interactionId: z.string(),
              leaseUntil: z.iso.datetime().optional().describe('When it is asked for no more'),
            })
            .describe('The report is on disk, and the work is still wanted'),
          ...problemsOf(
            'INTERACTION_NOT_FOUND',
            'INTERACTION_OVER',
            'INTERACTION_LOST',
            'INTERACTION_MISMATCH',
            'INVALID_VALUE',
            'BODY_TOO_LARGE',
          ),
        },
      },
    },
    async ({ tenant, params, body }) => {
      const { workerId: worker, ...report } = body ?? {}
      const { expiresAt } = await deps.interactions.report(tenant, params.id, { ...report, worker })
      const leaseUntil = expiresAt === undefined ? undefined : new Date(expiresAt).toISOString()
      return { interactionId: params.id, ...(leaseUntil === undefined ? {} : { leaseUntil }) }
    },
  )
}
