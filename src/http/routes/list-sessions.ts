import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { runnableSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { listCursor } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'
import { readSessionCursor } from '../session-cursor.ts'
import { readSessionFilter, sessionFilterFields } from '../session-filter.ts'
import { listingView, sessionListingSchema } from '../views.ts'

const listQuery = z.strictObject({
  ...sessionFilterFields,
  recoverable: z
    .literal('true')
    .optional()
    .describe('Those that a restart of the service would take up, instead of a status'),
  ...pageFields(),
})

/** What is paused stays so, and what has ended as well. */
const recoverableStatuses: readonly SessionStatus[] = [...runnableSessionStatuses, 'waiting']

/** GET /v1/sessions */
export function registerListSessions(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'listSessions',
        summary: 'List sessions, newest first',
        querystring: listQuery,
        response: pageAnswers({ sessions: z.array(sessionListingSchema) }),
      },
    },
    async (request) => {
      const { limit, cursor, recoverable, ...filter } = request.query
      if (recoverable !== undefined && filter.status !== undefined) {
        throw new StepstreamError('INVALID_QUERY', 'recoverable: goes without a status')
      }
      const listings = await deps.store.listSessions({
        ...readSessionFilter(filter, request.tenant, (field, message) => {
          throw new StepstreamError('INVALID_QUERY', `${field}: ${message}`)
        }),
        limit,
        ...(recoverable === undefined ? {} : { status: recoverableStatuses }),
        ...(cursor === undefined ? {} : { after: readSessionCursor(cursor) }),
      })
      const last = listings.length === limit ? listings.at(-1) : undefined
      return {
        sessions: listings.map(listingView),
        next: listCursor(last?.id),
      }
    },
  )
}
