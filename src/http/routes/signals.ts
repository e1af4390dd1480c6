import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { keyOf } from '../idempotency.ts'

const bodySchema = z
  .strictObject({
    payload: (z.unknown() as z.ZodType<Json>)
      .optional()
      .describe('What the step has as its output'),
    id: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('The sender’s own: the same one again changes nothing. Default: Idempotency-Key'),
  })
  .nullish()
  .meta({ id: 'Signal' })

/** POST /v1/sessions/:id/signals/:name; one with the same id again changes nothing. */
export function registerSignals(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sessions/:id/signals/:name',
    {
      config: { audit: 'signal.send', scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'signalSession',
        summary: 'Signal a session that something has happened',
        description:
          'Wakes the step that has waited longest for a signal of the name; where none waits, the signal is kept for the next that does.',
        params: z.object({ id: z.string(), name: z.string() }),
        headers: z.object({ 'idempotency-key': z.string().optional() }),
        body: bodySchema,
        response: {
          202: z
            .object({ sessionId: z.string(), signalId: z.string(), name: z.string() })
            .describe('The signal is on disk'),
          ...problemsOf(
            'SESSION_NOT_FOUND',
            'SESSION_ENDED',
            'SIGNAL_NOT_AWAITED',
            'TOO_MANY_SIGNALS',
            'IDEMPOTENCY_KEY_REUSED',
            'INVALID_VALUE',
            'INVALID_HEADER',
            'BODY_TOO_LARGE',
          ),
        },
      },
    },
    async (request, reply) => {
      const session = await findSession(request, request.params.id, deps)
      const { payload, id = keyOf(request) } = request.body ?? {}
      if (id !== undefined && !id.isWellFormed()) {
        const message = 'has a lone surrogate'
        throw StepstreamError.fromFaults([{ pointer: '/id', code: 'INVALID_CHARACTERS', message }])
      }
      const { isRepeated, ...accepted } = await deps.interactions.signal(session, {
        name: request.params.name,
        payload,
        id,
        actor: request.caller?.name,
      })
      if (isRepeated) reply.header('idempotency-replayed', 'true')
      return reply.code(202).send(accepted)
    },
  )
}
