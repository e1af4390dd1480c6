import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { explain } from '../../session/explain.ts'
import { sessionStatuses, stepStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'

const time = z.iso.datetime()
const wakeAt = time.optional().describe('When it goes on by itself')

const waitsForSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('step'), stepId: z.string() }),
    z.object({ kind: z.literal('condition'), when: z.string() }),
    z.object({ kind: z.literal('place') }),
    z.object({ kind: z.literal('time'), at: time }),
    z.object({ kind: z.literal('attempt'), attempt: z.int() }),
    z.object({ kind: z.literal('person'), stepId: z.string() }),
    z.object({ kind: z.literal('turn') }),
    z.object({ kind: z.literal('resume') }),
  ])
  .meta({ id: 'WaitsFor' })

const explanationSchema = z
  .object({
    session: z.object({ status: z.enum(sessionStatuses), sentence: z.string(), wakeAt }),
    steps: z.array(
      z.object({
        id: z.string(),
        status: z.enum(stepStatuses),
        sentence: z.string(),
        waitsFor: z.array(waitsForSchema).describe('Of the steps before it the first five'),
        wakeAt,
      }),
    ),
  })
  .meta({ id: 'Explanation' })

/** GET /v1/sessions/:id/explain */
export function registerExplain(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/explain',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'explainSession',
        summary: 'Say why each step is not running, and what would wake it',
        params: z.object({ id: z.string() }),
        response: {
          200: explanationSchema.describe('A sentence for the session and one for each step'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { state } = await findSession(request, request.params.id, deps)
      const { session, steps } = explain(state, deps.clock.now())
      return { session, steps: steps.map((step) => ({ ...step, waitsFor: [...step.waitsFor] })) }
    },
  )
}
