import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { stepErrorSchema } from '../../session/events.ts'
import { HistoryBuilder } from '../../session/history.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'

const historySchema = z
  .object({
    id: z.string(),
    uses: z.string(),
    text: z.string().optional(),
    skipped: z.string().optional().describe('Why it was skipped'),
    attempts: z.array(
      z.object({
        attempt: z.int(),
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
        ]),
        output: z.unknown().optional(),
        error: stepErrorSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'StepHistory' })

const HISTORY_PAGE = 1000

/** GET /v1/sessions/:id/steps */
export function registerSessionSteps(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/steps',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'getSteps',
        summary: 'Get the history of a session’s steps',
        params: z.object({ id: z.string() }),
        response: {
          200: z.object({ steps: z.array(historySchema) }).describe('Each step with its attempts'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { record } = await findSession(request, request.params.id, deps)
      const history = new HistoryBuilder(record.plan)
      for (let afterSeq = 0; ; ) {
        const page = await deps.store.readEvents({
          sessionId: record.id,
          afterSeq,
          limit: HISTORY_PAGE,
        })
        for (const event of page) history.add(JSON.parse(event.body))
        if (page.length < HISTORY_PAGE) return { steps: [...history.steps] }
        // A long log must not keep the others waiting.
        await nextTurn()
        afterSeq = page.at(-1)?.seq ?? afterSeq
      }
    },
  )
}
