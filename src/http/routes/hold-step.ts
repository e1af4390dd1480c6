import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { statusView, statusViewSchema } from '../views.ts'
import { who } from './resolve-step.ts'

const commands = {
  pause: 'Keep a step from beginning; an attempt that runs goes on, and no other follows',
  resume: 'Let a step begin that was paused, or that has breakBefore',
} as const

const body = z.strictObject(who).nullish().meta({ description: 'Who and why, for the log' })

const answers = {
  202: statusViewSchema.describe('The decision is on disk'),
  ...problemsOf('SESSION_NOT_FOUND', 'SESSION_ENDED', 'ILLEGAL_TRANSITION', 'INVALID_VALUE'),
}

/** POST /v1/sessions/:id/steps/:stepId/pause and resume, and /v1/sessions/:id/step for one step on. */
export function registerHoldStep(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  for (const command of ['pause', 'resume'] as const) {
    routes.post(
      `/v1/sessions/:id/steps/:stepId/${command}`,
      {
        config: { scope: 'control', audit: `step.${command}` },
        schema: {
          tags: ['control'],
          operationId: `${command}Step`,
          summary: commands[command],
          params: z.object({ id: z.string(), stepId: z.string() }),
          body,
          response: { ...answers, ...problemsOf('STEP_NOT_FOUND') },
        },
      },
      async (request, reply) => {
        const { id, stepId } = request.params
        const { record } = await findSession(request, id, deps)
        const { reason, actor = request.caller?.name } = request.body ?? {}
        const state = await deps.processor[`${command}Step`](record.id, stepId, {
          ...(actor === undefined ? {} : { actor }),
          ...(reason === undefined ? {} : { reason }),
        })
        return reply.code(202).send(statusView(state))
      },
    )
  }
  routes.post(
    '/v1/sessions/:id/step',
    {
      config: { scope: 'control', audit: 'session.step' },
      schema: {
        tags: ['control'],
        operationId: 'stepSession',
        summary:
          'Go on by one of the steps that are held; what comes after it is held in its place',
        params: z.object({ id: z.string() }),
        response: answers,
      },
    },
    async (request, reply) => {
      const { record } = await findSession(request, request.params.id, deps)
      return reply.code(202).send(statusView(await deps.processor.advance(record.id)))
    },
  )
}
