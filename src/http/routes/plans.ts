import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { formatDuration } from '../../duration.ts'
import { workflowBodySchema } from '../../plan/workflow.ts'
import type { PlannedStep } from '../../session/plan.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { marksOf } from '../views.ts'

export const warningSchema = z
  .object({ pointer: z.string(), code: z.string(), message: z.string() })
  .meta({ id: 'PlanWarning' })

const plannedStepSchema = z
  .object({
    id: z.string(),
    uses: z.string(),
    text: z.string().optional().describe('The sentence it was compiled from'),
    with: z.record(z.string(), z.unknown()),
    dependsOn: z.array(z.string()),
    when: z.string().optional(),
    group: z.string().optional(),
    timeout: z.string(),
    retry: z.object({
      maxAttempts: z.int(),
      backoff: z.string(),
      delay: z.string(),
      maxDelay: z.string(),
      multiplier: z.number(),
      jitter: z.boolean(),
    }),
    onInterrupted: z.string(),
    branches: z.object({ then: z.array(z.string()), else: z.array(z.string()) }).optional(),
  })
  .meta({ id: 'PlannedStep' })

const planSchema = z
  .object({
    name: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    inputs: z.record(z.string(), z.unknown()),
    onFailure: z.string(),
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
    .post('/v1/plans', { schema, ...takesAnyBody }, async (request) => {
      const compiled = await workflows.compile(request.tenant, request.body)
      const { plan, warnings, estimatedDurationMs } = compiled
      return {
        ...(plan.name === undefined ? {} : { name: plan.name }),
        ...marksOf(plan),
        inputs: plan.inputs,
        onFailure: plan.onFailure,
        timeout: formatDuration(plan.timeoutMs),
        maxParallel: plan.maxParallel,
        estimatedDuration: formatDuration(estimatedDurationMs),
        warnings: [...warnings],
        steps: plan.steps.map(planStepView),
      }
    })
}

function planStepView(step: PlannedStep): z.infer<typeof plannedStepSchema> {
  const { timeoutMs, retry, branches, dependsOn, ...rest } = step
  return {
    ...rest,
    dependsOn: [...dependsOn],
    timeout: formatDuration(timeoutMs),
    retry: {
      maxAttempts: retry.maxAttempts,
      backoff: retry.backoff,
      delay: formatDuration(retry.delayMs),
      maxDelay: formatDuration(retry.maxDelayMs),
      multiplier: retry.multiplier,
      jitter: retry.jitter,
    },
    ...(branches === undefined
      ? {}
      : { branches: { then: [...branches.then], else: [...branches.else] } }),
  }
}
