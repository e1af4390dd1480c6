import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { plannedStepSchema, plannedStepView } from '../plan-views.ts'

const sessionPlanSchema = z
  .object({
    inputs: z.record(z.string(), z.unknown()),
    steps: z.array(plannedStepSchema),
  })
  .meta({ id: 'SessionPlan' })

/** GET /v1/sessions/:id/plan */
export function registerSessionPlan(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/plan',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'getSessionPlan',
        summary: 'Get what a session runs: its steps with their inputs, as they were planned',
        description: 'It never changes. Expressions are in it as they were written.',
        params: z.object({ id: z.string() }),
        response: {
          200: sessionPlanSchema.describe('The plan'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { record } = await findSession(request, request.params.id, deps)
      const { inputs, steps } = record.plan
      return { inputs: { ...inputs }, steps: steps.map(plannedStepView) }
    },
  )
}
