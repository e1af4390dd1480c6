import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { periodNames, type ReportFilter } from '../../modules/reports/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { sessionsReportSchema, stepsReportSchema } from '../report-views.ts'
import { readSessionFilter, sessionFilterFields } from '../session-filter.ts'

const stepsQuery = z.strictObject(sessionFilterFields)

const sessionsQuery = stepsQuery.extend({
  per: z.enum(periodNames).default('day').describe('What sessions are counted by, in UTC'),
})

/** GET /v1/reports/sessions and /v1/reports/steps */
export function registerReports(app: FastifyInstance, { reports }: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get(
    '/v1/reports/sessions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['reports'],
        operationId: 'reportSessions',
        summary: 'See how sessions went: how many, how long, and why they failed',
        querystring: sessionsQuery,
        response: {
          200: sessionsReportSchema.describe('Of the newest 20,000 sessions that are found'),
          ...problemsOf('INVALID_QUERY'),
        },
      },
    },
    async (request) => {
      const { per, ...filter } = request.query
      return reports.sessions(readFilter(filter, request.tenant), per)
    },
  )

  routes.get(
    '/v1/reports/steps',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['reports'],
        operationId: 'reportSteps',
        summary: 'See where the time of sessions goes, and which steps fail',
        querystring: stepsQuery,
        response: {
          200: stepsReportSchema.describe('Of the newest 100 ended sessions that are found'),
          ...problemsOf('INVALID_QUERY'),
        },
      },
    },
    async (request) => reports.steps(readFilter(request.query, request.tenant)),
  )
}

function readFilter(filter: z.output<typeof stepsQuery>, tenant: string): ReportFilter {
  return readSessionFilter(filter, tenant, (field, message) => {
    throw new StepstreamError('INVALID_QUERY', `${field}: ${message}`)
  })
}
