import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatDuration } from '../../duration.ts'
import { browserOptionsSchema } from '../../modules/browser/types.ts'
import { concurrencySchema } from '../../plan/concurrency.ts'
import { prioritySchema } from '../../plan/priority.ts'
import { workflowBodySchema } from '../../plan/workflow.ts'
import type { Plan } from '../../session/plan.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import {
  plannedGroupSchema,
  plannedGroupView,
  plannedStepSchema,
  plannedStepView,
} from '../plan-views.ts'
import { marksOf } from '../views.ts'

export const warningSchema = z
  .object({ pointer: z.string(), code: z.string(), message: z.string() })
  .meta({ id: 'PlanWarning' })

const plannedOnEndSchema = z.object({
  webhook: z.object({
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    secret: z.string().optional().describe('Its name'),
    on: z.array(z.string()),
    include: z.string(),
  }),
})

const planSchema = z
  .object({
    name: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    inputs: z.record(z.string(), z.unknown()),
    vars: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What variables begin with; absent where there are none'),
    groups: z.record(z.string(), plannedGroupSchema).optional(),
    onFailure: z.string(),
    onEnd: plannedOnEndSchema.optional(),
    concurrency: concurrencySchema.optional(),
    priority: prioritySchema.optional(),
    browser: browserOptionsSchema.optional(),
    timeout: z.string(),
    maxParallel: z.int(),
    estimatedDuration: z.string(),
    warnings: z.array(warningSchema),
    steps: z.array(plannedStepSchema),
  })
  .meta({ id: 'Plan' })

/** The planner checks the body, with better pointers than a schema's union could give. */
export const takesAnyBody = {
  validatorCompiler: () => (value: unknown) => ({ value }),
  // An absent body comes to a validator as null.
  preHandler: async (request: FastifyRequest) => {
    if (request.body === null) request.body = undefined
  },
}

const schema = {
  tags: ['plans'],
  operationId: 'compilePlan',
  summary: 'See what a workflow would run',
  description: 'Compiles and checks a workflow and starts nothing.',
  body: workflowBodySchema,
  response: {
    200: planSchema.describe('Every sentence as a typed step, every default filled in'),
    ...problemsOf(
      'INVALID_VALUE',
      'WORKFLOW_NOT_FOUND',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ),
  },
}

/** POST /v1/plans */
export function registerPlans(app: FastifyInstance, { workflows }: HttpDeps): void {
  app
    .withTypeProvider<ZodTypeProvider>()
    .post('/v1/plans', { schema, ...takesAnyBody, config: { scope: 'run' } }, async (request) => {
      const compiled = await workflows.compile(request.tenant, request.body)
      const { plan, warnings, estimatedDurationMs } = compiled
      const { vars, groups, onEnd, concurrency, priority, browser } = plan
      return {
        ...(plan.name === undefined ? {} : { name: plan.name }),
        ...marksOf(plan),
        inputs: plan.inputs,
        ...(vars === undefined ? {} : { vars }),
        ...(groups === undefined ? {} : { groups: groupViews(groups) }),
        onFailure: plan.onFailure,
        ...(onEnd === undefined ? {} : { onEnd: onEndView(onEnd) }),
        ...(concurrency === undefined ? {} : { concurrency }),
        ...(priority === undefined ? {} : { priority }),
        ...(browser === undefined ? {} : { browser }),
        timeout: formatDuration(plan.timeoutMs),
        maxParallel: plan.maxParallel,
        estimatedDuration: formatDuration(estimatedDurationMs),
        warnings: [...warnings],
        steps: plan.steps.map(plannedStepView),
      }
    })
}

function onEndView({ webhook }: NonNullable<Plan['onEnd']>) {
  return { webhook: { ...webhook, headers: { ...webhook.headers }, on: [...webhook.on] } }
}

function groupViews(groups: NonNullable<Plan['groups']>) {
  return Object.fromEntries(
    Object.entries(groups).map(([name, group]) => [name, plannedGroupView(group)]),
  )
}
