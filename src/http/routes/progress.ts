import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { obstacles } from '../../session/estimate.ts'
import { progressOf } from '../../session/progress.ts'
import { bases, type KnownDurations } from '../../session/weights.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { atSeqQuery, sessionAt } from '../session-at.ts'
import { countsSchema } from '../views.ts'

const progressSchema = z
  .object({
    sessionId: z.string(),
    totalSteps: z.int(),
    completedSteps: z.int(),
    counts: countsSchema,
    currentStepIndex: z.int().nullable(),
    currentStepName: z.string().nullable(),
    currentSteps: z.array(z.string()),
    overallProgress: z.number().describe('Settled steps as a share of all, 0 to 100'),
    estimatedProgress: z
      .number()
      .nullable()
      .describe('Each step by what it takes, 0 to 100; null where earlier sessions do not tell'),
    averageStepDuration: z.number().nullable().describe('ms'),
    estimatedTimeRemaining: z.number().nullable().describe('ms'),
    estimatedEnd: z.iso.datetime().nullable().describe('Of an ended session, when it ended'),
    noEstimate: z.enum(obstacles).nullable().describe('Why there is no estimate'),
    basedOn: z.enum(bases).describe('The best of what the estimate rests on'),
    criticalPath: z
      .array(
        z.object({
          stepId: z.string(),
          remainingMs: z.number(),
          current: z.boolean().describe('It has begun'),
        }),
      )
      .describe('The chain of steps that takes longest from now on'),
    lastActivity: z.iso.datetime(),
  })
  .meta({ id: 'ExecutionProgress' })

/** GET /v1/sessions/:id/progress */
export function registerProgress(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/progress',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'getProgress',
        summary: 'Get how far a session is, and when it will end',
        params: z.object({ id: z.string() }),
        querystring: atSeqQuery,
        response: {
          200: progressSchema.describe('The progress'),
          ...problemsOf('SESSION_NOT_FOUND', 'INVALID_QUERY'),
        },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      const { atSeq } = request.query
      const { state } = await sessionAt(session, atSeq, deps)
      const earlier = await deps.timings.of(request.tenant, state.plan)
      const now = atSeq === undefined ? deps.clock.now() : state.lastActivity
      const progress = progressOf(state, now, knownDurations(earlier, deps))
      return {
        ...progress,
        currentSteps: [...progress.currentSteps],
        criticalPath: [...progress.criticalPath],
      }
    },
  )
}

function knownDurations(
  earlier: KnownDurations['earlier'],
  { executors }: Pick<HttpDeps, 'executors'>,
): KnownDurations {
  return {
    earlier,
    planned: (step) => executors.get(step.uses)?.estimateMs?.(step.with),
    waits: ({ uses }) => executors.get(uses)?.waits === true,
  }
}
