import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import { readScheduleBody, scheduleBodySchema } from '../schedule-body.ts'
import { scheduleLinks, scheduleView, scheduleViewSchema } from '../schedule-views.ts'
import { takesAnyBody } from './plans.ts'

/** It is written anew with each fire; larger workflows are saved, and named. */
const MAX_SCHEDULE_BYTES = 65_536

const takesASchedule = { ...takesAnyBody, bodyLimit: MAX_SCHEDULE_BYTES }

const problems = ['INVALID_VALUE', 'BODY_TOO_LARGE', 'UNSUPPORTED_MEDIA_TYPE'] as const

/** POST /v1/schedules and PUT /v1/schedules/:id */
export function registerSaveSchedule(app: FastifyInstance, { schedules }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.post(
    '/v1/schedules',
    {
      ...takesASchedule,
      config: { scope: 'control', audit: 'schedule.create' },
      schema: {
        tags: ['schedules'],
        operationId: 'createSchedule',
        summary: 'Start sessions by cron, at an interval, or at one time',
        description:
          'Takes up to 64 KiB of JSON or YAML, and checks the workflow and its inputs as a start would. Each fire time starts one session, however many replicas run.',
        body: scheduleBodySchema,
        response: {
          201: scheduleViewSchema.describe('The schedule; its ETag is its revision'),
          ...problemsOf(...problems, 'WORKFLOW_NOT_FOUND', 'TOO_MANY_SCHEDULES'),
        },
      },
    },
    async (request, reply) => {
      const schedule = await schedules.create(request.tenant, readScheduleBody(request.body))
      return reply
        .code(201)
        .header('location', scheduleLinks(schedule.id).self)
        .header('etag', etagOf(schedule.revision))
        .send(scheduleView(schedule))
    },
  )

  typed.put(
    '/v1/schedules/:id',
    {
      ...takesASchedule,
      config: { scope: 'control', audit: 'schedule.replace' },
      schema: {
        tags: ['schedules'],
        operationId: 'replaceSchedule',
        summary: 'Replace what a schedule does; its history stays',
        description:
          'Whether it is paused stays as it is where nothing is said. When the times change, none that are past are made up.',
        params: z.object({ id: z.string() }),
        headers: z.object(preconditions),
        body: scheduleBodySchema,
        response: {
          200: scheduleViewSchema.describe('As it is now'),
          ...problemsOf(
            ...problems,
            'SCHEDULE_NOT_FOUND',
            'WORKFLOW_NOT_FOUND',
            'PRECONDITION_FAILED',
            'INVALID_HEADER',
          ),
        },
      },
    },
    async (request, reply) => {
      const key = { tenant: request.tenant, id: request.params.id, ...preconditionOf(request) }
      const schedule = await schedules.replace(key, readScheduleBody(request.body))
      return reply.header('etag', etagOf(schedule.revision)).send(scheduleView(schedule))
    },
  )
}
