import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Delivery, DeliveryAttempt } from '../../modules/deliveries/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'

const time = z.iso.datetime()

const attemptSchema = z
  .object({
    at: time,
    durationMs: z.int().optional().describe('Absent where the service stopped meanwhile'),
    status: z.int().optional().describe('What the receiver answered'),
    error: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .describe('Why there is no answer'),
  })
  .meta({ id: 'DeliveryAttempt' })

const deliverySchema = z
  .object({
    deliveryId: z.string().describe('The `webhook-id` of every attempt'),
    sessionId: z.string(),
    state: z.enum(['pending', 'delivered', 'failed']),
    receiver: z.string().describe('The origin of its URL'),
    createdAt: time,
    attemptCount: z.int(),
    attempts: z.array(attemptSchema).describe('The last 20, the oldest first'),
    nextAttemptAt: time.optional().describe('Absent where none is planned yet'),
  })
  .meta({ id: 'Delivery' })

/** GET /v1/sessions/:id/deliveries, and a retry of one. */
export function registerDeliveries(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get(
    '/v1/sessions/:id/deliveries',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'listDeliveries',
        summary: 'See whether the receiver of `onEnd` was told of the end',
        params: z.object({ id: z.string() }),
        response: {
          200: z
            .object({ deliveries: z.array(deliverySchema) })
            .describe('Empty where nobody is to be told'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      return { deliveries: (await deps.deliveries.list(session)).map(deliveryView) }
    },
  )

  routes.post(
    '/v1/sessions/:id/deliveries/:deliveryId/retry',
    {
      config: { scope: 'control', audit: 'delivery.retry' },
      schema: {
        tags: ['sessions'],
        operationId: 'retryDelivery',
        summary: 'Tell the receiver once more, also where it was told already',
        description: 'With the same `webhook-id`, and again as many attempts as at first.',
        params: z.object({ id: z.string(), deliveryId: z.string() }),
        response: {
          202: deliverySchema.describe('The attempt follows at once'),
          ...problemsOf(
            'SESSION_NOT_FOUND',
            'DELIVERY_NOT_FOUND',
            'SESSION_NOT_ENDED',
            'ILLEGAL_TRANSITION',
          ),
        },
      },
    },
    async (request, reply) => {
      const { id, deliveryId } = request.params
      const session = await findSession(request, id, deps)
      const delivery = await deps.deliveries.retry(session, deliveryId)
      return reply.code(202).send(deliveryView(delivery))
    },
  )
}

function deliveryView(delivery: Delivery): z.infer<typeof deliverySchema> {
  const { id, createdAt, attempts, nextAttemptAt, ...rest } = delivery
  return {
    ...rest,
    deliveryId: id,
    createdAt: iso(createdAt),
    attempts: attempts.map(attemptView),
    ...(nextAttemptAt === undefined ? {} : { nextAttemptAt: iso(nextAttemptAt) }),
  }
}

function attemptView({ at, ms, status, error }: DeliveryAttempt): z.infer<typeof attemptSchema> {
  return {
    at: iso(at),
    ...(ms === undefined ? {} : { durationMs: ms }),
    ...(status === undefined ? {} : { status }),
    ...(error === undefined ? {} : { error }),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
