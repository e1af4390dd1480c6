import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Json } from '../../json.ts'
import { type StepAction, stepActions } from '../../session/events.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { statusView, statusViewSchema } from '../views.ts'

const summaries: Record<StepAction, string> = {
  retry: 'Run a step again that waits or has failed',
  skip: 'Skip a step that waits or has failed; what depends on it goes on',
  complete: 'Complete a step that waits or has failed, with an output',
  fail: 'Let a step fail that waits',
}

/** Who says what becomes of a step, and why. */
export const who = {
  reason: z.string().max(1000).optional(),
  actor: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Who says so. Default: the name of the key'),
}

/** POST /v1/sessions/:id/steps/:stepId/retry, skip, complete and fail; repeating one changes nothing. */
export function registerResolveStep(app: FastifyInstance, deps: HttpDeps): void {
  for (const action of stepActions) {
    const output = action === 'complete' ? { output: z.unknown().optional() } : {}
    app.withTypeProvider<ZodTypeProvider>().post(
      `/v1/sessions/:id/steps/:stepId/${action}`,
      {
        config: { scope: 'control', audit: `step.${action}` },
        schema: {
          tags: ['control'],
          operationId: `${action}Step`,
          summary: summaries[action],
          params: z.object({ id: z.string(), stepId: z.string() }),
          body: z
            .strictObject({ ...who, ...output })
            .nullish()
            .meta({ description: 'Who and why, for the log' }),
          response: {
            202: statusViewSchema.describe('The decision is on disk'),
            ...problemsOf(
              'SESSION_NOT_FOUND',
              'STEP_NOT_FOUND',
              'SESSION_ENDED',
              'ILLEGAL_TRANSITION',
              'INVALID_VALUE',
            ),
          },
        },
      },
      async (request, reply) => {
        const { record } = await findSession(request, request.params.id, deps)
        const body = (request.body ?? {}) as { reason?: string; actor?: string; output?: Json }
        const { reason, actor = request.caller?.name } = body
        const state = await deps.processor.resolveStep(record.id, request.params.stepId, {
          action,
          ...(body.output === undefined ? {} : { output: body.output }),
          ...(actor === undefined ? {} : { actor }),
          ...(reason === undefined ? {} : { reason }),
        })
        return reply.code(202).send(statusView(state))
      },
    )
  }
}
