import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { BatchRequest, CreatedBatch } from '../../modules/batches/types.ts'
import { batchBodySchema, readBatchBody } from '../batch-body.ts'
import { acceptedBatchSchema, acceptedBatchView, batchLinks } from '../batch-views.ts'
import { correlationOf } from '../correlation.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { claimOf } from '../idempotency.ts'
import { refuseWhenClosing, sessionRateLimit } from './create-session.ts'
import { takesAnyBody } from './plans.ts'

const headers = z.object({
  'idempotency-key': z
    .string()
    .optional()
    .describe('Kept for 24 h: the same request leads to the same batch'),
})

const problems = [
  'IDEMPOTENCY_KEY_REUSED',
  'TOO_MANY_BATCHES',
  'INVALID_HEADER',
  'RATE_LIMITED',
  'SHUTTING_DOWN',
] as const

/** POST /v1/batches, and a retry of one */
export function registerCreateBatch(app: FastifyInstance, deps: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const rateLimit = sessionRateLimit(deps)

  typed.post(
    '/v1/batches',
    {
      ...takesAnyBody,
      config: { scope: 'run', rateLimit, audit: 'batch.create' },
      schema: {
        tags: ['batches'],
        operationId: 'startBatch',
        summary: 'Start many sessions as one',
        description:
          'Takes a list of what POST /v1/sessions takes, or one workflow with a list of inputs, as JSON or YAML. All are checked first: with any fault none is started. Answers at once; each session is started once, however many replicas run.',
        headers,
        body: batchBodySchema,
        response: {
          202: acceptedBatchSchema.describe('The batch is on disk, and its sessions will start'),
          ...problemsOf(
            'INVALID_VALUE',
            'WORKFLOW_NOT_FOUND',
            'BODY_TOO_LARGE',
            'UNSUPPORTED_MEDIA_TYPE',
            ...problems,
          ),
        },
      },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const batch = readBatchBody(request.body)
      return answer(reply, await deps.batches.create(requestOf(request, deps), batch))
    },
  )

  typed.post(
    '/v1/batches/:id/retry',
    {
      config: { scope: 'control', rateLimit, audit: 'batch.retry' },
      schema: {
        tags: ['batches'],
        operationId: 'retryBatch',
        summary: 'Start a batch of what did not complete in an ended one',
        description:
          'Sessions that failed, were cancelled or completed with errors go on from the steps that completed, as by their own retry; those that were never started begin anew. The ended batch stays as it is.',
        params: z.object({ id: z.string() }),
        headers,
        response: {
          202: acceptedBatchSchema.describe('The new batch; `retryOf` names the old one'),
          ...problemsOf('BATCH_NOT_FOUND', 'BATCH_NOT_ENDED', 'ILLEGAL_TRANSITION', ...problems),
        },
      },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const wanted = requestOf(request, deps)
      return answer(reply, await deps.batches.retry(wanted, request.params.id))
    },
  )
}

function requestOf(request: FastifyRequest, { clock }: HttpDeps): BatchRequest {
  const claim = claimOf(request, '', clock.now())
  return {
    tenant: request.tenant,
    correlation: correlationOf(request),
    ...(claim === undefined ? {} : { claim }),
  }
}

function answer(reply: FastifyReply, created: CreatedBatch) {
  if (created.replayed) reply.header('idempotency-replayed', 'true')
  reply.header('location', batchLinks(created.batch.id).self)
  return reply.code(202).send(acceptedBatchView(created))
}
