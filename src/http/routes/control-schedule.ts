import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { StartSession } from '../../modules/step-processor/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import { scheduleView, scheduleViewSchema } from '../schedule-views.ts'
import { sessionViewSchema } from '../views.ts'
import {
  acceptedSchema,
  acceptSession,
  refuseWhenClosing,
  sessionRateLimit,
} from './create-session.ts'

const commands = [
  ['pause', 'Pause a schedule: nothing fires, and nothing of that time is made up'],
  ['resume', 'Resume a paused schedule'],
] as const

const params = z.object({ id: z.string() })

/** POST /v1/schedules/:id/pause, resume and trigger */
export function registerControlSchedule(app: FastifyInstance, deps: HttpDeps): void {
  for (const [command, summary] of commands) {
    app.withTypeProvider<ZodTypeProvider>().post(
      `/v1/schedules/:id/${command}`,
      {
        config: { scope: 'control', audit: `schedule.${command}` },
        schema: {
          tags: ['schedules'],
          operationId: `${command}Schedule`,
          summary,
          params,
          headers: z.object(preconditions),
          response: {
            200: scheduleViewSchema.describe('As it is now; repeating it changes nothing'),
            ...problemsOf('SCHEDULE_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
          },
        },
      },
      async (request, reply) => {
        const key = { tenant: request.tenant, id: request.params.id, ...preconditionOf(request) }
        const schedule = await deps.schedules.setPaused(key, command === 'pause')
        return reply.header('etag', etagOf(schedule.revision)).send(scheduleView(schedule))
      },
    )
  }
  registerTrigger(app, deps)
}

function registerTrigger(app: FastifyInstance, deps: HttpDeps): void {
  const rateLimit = sessionRateLimit(deps)
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/schedules/:id/trigger',
    {
      config: { scope: 'run', audit: 'schedule.trigger', rateLimit },
      schema: {
        tags: ['schedules'],
        operationId: 'triggerSchedule',
        summary: 'Start a session of a schedule now, beside its plan',
        description: 'Whatever overlap says, and also where the schedule is paused or has ended.',
        params,
        headers: z.object({
          'idempotency-key': z.string().optional(),
          prefer: z.string().optional(),
        }),
        response: {
          200: sessionViewSchema.describe('The session has ended'),
          202: acceptedSchema.describe('The session is on disk and will run'),
          ...problemsOf(
            'SCHEDULE_NOT_FOUND',
            'WORKFLOW_NOT_FOUND',
            'INVALID_INPUTS',
            'IDEMPOTENCY_KEY_REUSED',
            'RATE_LIMITED',
            'TOO_MANY_SESSIONS',
            'SHUTTING_DOWN',
          ),
        },
      },
    },
    async (request, reply) => {
      refuseWhenClosing(deps)
      const { tenant } = request
      const schedule = await deps.schedules.get(tenant, request.params.id)
      const { id } = schedule
      const compiled = await deps.workflows.compile(tenant, schedule.start)
      return acceptSession(request, reply, deps, compiled, async (session: StartSession) => {
        const correlation = { ...session.correlation, startedBy: { schedule: id } }
        const created = await deps.processor.start({ ...session, correlation })
        if (created.created) await deps.schedules.noteTriggered({ tenant, id }, session.sessionId)
        return created
      })
    },
  )
}
