import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { workerIdSchema, workerOf, writtenSchema } from '../worker-body.ts'
import { WORKER_BODY_BYTES } from './claim.ts'

const params = z.object({ id: z.string() })

const heartbeatBody = z
  .strictObject({
    workerId: workerIdSchema,
    output: writtenSchema.optional().describe('What the work has written since the last heartbeat'),
    progress: z
      .strictObject({
        percent: z.number().min(0).max(100).optional(),
        message: z.string().max(10_000).optional(),
      })
      .optional(),
  })
  .meta({ id: 'Heartbeat' })

const refusals = problemsOf(
  'INTERACTION_NOT_FOUND',
  'INTERACTION_OVER',
  'INTERACTION_LOST',
  'BODY_TOO_LARGE',
)

/** POST /v1/interactions/:id/heartbeat and release */
export function registerHoldInteraction(app: FastifyInstance, { workers }: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.post(
    '/v1/interactions/:id/heartbeat',
    {
      bodyLimit: WORKER_BODY_BYTES,
      config: { scope: 'work' },
      schema: {
        tags: ['interactions'],
        operationId: 'heartbeat',
        summary: 'Keep what was taken, and tell how it goes',
        params,
        body: heartbeatBody,
        response: {
          200: z
            .object({
              interactionId: z.string(),
              leaseUntil: z.iso.datetime().describe('How long it is kept now'),
              cancel: z.boolean().describe('Whether to stop: nobody wants the result any more'),
              reason: z
                .enum(['cancelled', 'timeout', 'answered', 'withdrawn'])
                .optional()
                .describe('Why to stop'),
            })
            .describe('It is this worker’s still'),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { workerId, ...beat } = request.body
      const { id: interactionId } = request.params
      const worker = workerOf(request, workerId)
      const { leaseUntil, stop } = await workers.heartbeat(worker, interactionId, {
        output: beat.output,
        progress: beat.progress && definedOf(beat.progress),
      })
      return {
        interactionId,
        leaseUntil: new Date(leaseUntil).toISOString(),
        cancel: stop !== undefined,
        ...(stop === undefined ? {} : { reason: stop }),
      }
    },
  )
  routes.post(
    '/v1/interactions/:id/release',
    {
      bodyLimit: WORKER_BODY_BYTES,
      config: { scope: 'work', audit: 'interaction.release' },
      schema: {
        tags: ['interactions'],
        operationId: 'releaseInteraction',
        summary: 'Give back what was taken: it is there for others again',
        params,
        body: z.strictObject({ workerId: workerIdSchema }),
        response: {
          200: z.object({ interactionId: z.string() }).describe('It is in its queue again'),
          ...refusals,
        },
      },
    },
    async (request) => {
      const { id: interactionId } = request.params
      await workers.release(workerOf(request, request.body.workerId), interactionId)
      return { interactionId }
    },
  )
}

function definedOf({
  percent,
  message,
}: {
  percent?: number | undefined
  message?: string | undefined
}) {
  return {
    ...(percent === undefined ? {} : { percent }),
    ...(message === undefined ? {} : { message }),
  }
}
