import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { sessionIdPattern } from '../../ids.ts'
import type { Plan } from '../../session/plan.ts'
import { titleOf } from '../../session/title.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { plannedGroupView, plannedStepView } from '../plan-views.ts'
import { sessionPlanSchema } from '../session-plan-view.ts'
import { marksOf } from '../views.ts'

/** GET /v1/sessions/:id/plan */
export function registerSessionPlan(app: FastifyInstance, { store }: HttpDeps): void {
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
      // It is ours, and with thousands of steps checking it takes longer than making it.
      serializerCompiler: () => (answer) => JSON.stringify(answer),
    },
    async ({ params: { id }, tenant }) => {
      // Without what became of it: a long log would have to be read for that.
      const record = sessionIdPattern.test(id) ? await store.session(id) : undefined
      if (record === undefined || record.tenant !== tenant) {
        throw new StepstreamError('SESSION_NOT_FOUND', `there is no session ${id.slice(0, 64)}`)
      }
      const { plan, correlation } = record
      return {
        sessionId: record.id,
        title: titleOf(plan),
        name: record.name,
        ...(plan.workflow === undefined ? {} : { workflow: plan.workflow }),
        ...marksOf(plan),
        ...(correlation.startedBy === undefined ? {} : { startedBy: correlation.startedBy }),
        createdAt: new Date(record.createdAt).toISOString(),
        inputs: { ...plan.inputs },
        ...(plan.vars === undefined ? {} : { vars: { ...plan.vars } }),
        ...(plan.groups === undefined ? {} : { groups: groupsOf(plan.groups) }),
        steps: plan.steps.map(plannedStepView),
      }
    },
  )
}

function groupsOf(groups: NonNullable<Plan['groups']>) {
  const views = Object.entries(groups).map(([name, group]) => [name, plannedGroupView(group)])
  return Object.fromEntries(views) as z.output<typeof sessionPlanSchema>['groups']
}
