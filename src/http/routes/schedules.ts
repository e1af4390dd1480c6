import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { scheduleIdPattern } from '../../ids.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import {
  scheduleListingSchema,
  scheduleListingView,
  scheduleView,
  scheduleViewSchema,
} from '../schedule-views.ts'

const params = z.object({ id: z.string() })

/** GET /v1/schedules; GET and DELETE /v1/schedules/:id; GET /v1/schedules/:id/next */
export function registerSchedules(app: FastifyInstance, deps: HttpDeps): void {
  registerList(app, deps)
  registerOne(app, deps)
  registerNext(app, deps)
}

function registerList(app: FastifyInstance, { schedules }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/schedules',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['schedules'],
        operationId: 'listSchedules',
        summary: 'List schedules, newest first',
        querystring: z.strictObject({
          ...pageFields(),
        }),
        response: pageAnswers({ schedules: z.array(scheduleListingSchema) }),
      },
    },
    async (request) => {
      const { page, next } = await readListPage(
        request.query,
        scheduleIdPattern,
        'a list of schedules',
        (after, limit) => schedules.list(request.tenant, after, limit),
        ({ id }) => id,
      )
      return { schedules: page.map(scheduleListingView), next }
    },
  )
}

function registerOne(app: FastifyInstance, { schedules }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.get(
    '/v1/schedules/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['schedules'],
        operationId: 'getSchedule',
        summary: 'Get a schedule with what it did last',
        params,
        response: {
          200: scheduleViewSchema.describe('The schedule; its ETag is its revision'),
          ...problemsOf('SCHEDULE_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const schedule = await schedules.get(request.tenant, request.params.id)
      return reply.header('etag', etagOf(schedule.revision)).send(scheduleView(schedule))
    },
  )

  typed.delete(
    '/v1/schedules/:id',
    {
      config: { scope: 'control', audit: 'schedule.delete' },
      schema: {
        tags: ['schedules'],
        operationId: 'removeSchedule',
        summary: 'Remove a schedule; its sessions stay and go on',
        params,
        headers: z.object(preconditions),
        response: {
          204: z.null().describe('It is gone'),
          ...problemsOf('SCHEDULE_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
        },
      },
    },
    async (request, reply) => {
      const { tenant, params } = request
      await schedules.remove({ tenant, id: params.id, ...preconditionOf(request) })
      return reply.code(204).send(null)
    },
  )
}

function registerNext(app: FastifyInstance, { schedules }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/schedules/:id/next',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['schedules'],
        operationId: 'nextTimes',
        summary: 'See the next fire times of a schedule',
        params,
        querystring: z.strictObject({ count: z.coerce.number().int().min(1).max(100).default(10) }),
        response: {
          200: z
            .object({ times: z.array(z.iso.datetime()) })
            .describe('Earliest first; none where it is paused or has ended'),
          ...problemsOf('SCHEDULE_NOT_FOUND', 'INVALID_QUERY'),
        },
      },
    },
    async (request) => {
      const schedule = await schedules.get(request.tenant, request.params.id)
      const times = schedules.upcoming(schedule, request.query.count)
      return { times: times.map((at) => new Date(at).toISOString()) }
    },
  )
}
