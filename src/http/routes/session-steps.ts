import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { stepActions, stepErrorSchema } from '../../session/events.ts'
import { HistoryBuilder } from '../../session/history.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { atSeqQuery, readUpTo } from '../session-at.ts'

const historySchema = z
  .object({
    id: z.string(),
    uses: z.string(),
    text: z.string().optional(),
    skipped: z.string().optional().describe('Why it was skipped'),
    kept: z
      .object({
        sessionId: z.string(),
        attempt: z.int(),
        durationMs: z.number(),
        output: z.unknown().optional(),
      })
      .optional()
      .describe('It did not run here: what another session made of it'),
    resolutions: z
      .array(
        z.object({
          action: z.enum(stepActions),
          at: z.iso.datetime(),
          actor: z.string().optional(),
          reason: z.string().optional(),
        }),
      )
      .optional()
      .describe('What people made of it'),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        undo: z.literal(true).optional().describe('It was to take back what the step did'),
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime().optional(),
        durationMs: z.number().optional(),
        result: z.enum([
          'running',
          'waiting',
          'completed',
          'failed',
          'retried',
          'cancelled',
          'interrupted',
          'undone',
          'pushed_back',
          'continued',
        ]),
        child: z.string().optional().describe('The session that it started'),
        interaction: z.string().optional().describe('What it asked of somebody outside'),
        output: z.unknown().optional(),
        error: stepErrorSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'StepHistory' })

/** GET /v1/sessions/:id/steps */
export function registerSessionSteps(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/steps',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'getSteps',
        summary: 'Get the history of a session’s steps',
        params: z.object({ id: z.string() }),
        querystring: atSeqQuery,
        response: {
          200: z.object({ steps: z.array(historySchema) }).describe('Each step with its attempts'),
          ...problemsOf('SESSION_NOT_FOUND', 'INVALID_QUERY'),
        },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      const history = new HistoryBuilder(session.record.plan)
      await readUpTo(session, request.query.atSeq, deps, (events) => {
        for (const event of events) history.add(event)
      })
      return { steps: [...history.steps] }
    },
  )
}
