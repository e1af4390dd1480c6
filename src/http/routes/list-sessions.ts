import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { sessionIdPattern } from '../../ids.ts'
import { type SessionStatus, sessionStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { listingView, sessionListingSchema } from '../views.ts'

const time = z.iso.datetime({ offset: true })

const listQuery = z.strictObject({
  status: z.string().optional().describe('One or more statuses, separated by commas'),
  name: z.string().optional(),
  workflow: z.string().optional().describe('The name of a saved workflow'),
  createdAfter: time.optional(),
  createdBefore: time.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional().describe('`next` of the page before'),
})

/** GET /v1/sessions */
export function registerListSessions(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'listSessions',
        summary: 'List sessions, newest first',
        querystring: listQuery,
        response: {
          200: z
            .object({
              sessions: z.array(sessionListingSchema),
              next: z.string().nullable().describe('The cursor of the next page'),
            })
            .describe('A page'),
          ...problemsOf('INVALID_QUERY', 'INVALID_CURSOR'),
        },
      },
    },
    async (request) => {
      const { limit, name, workflow, cursor, status, createdAfter, createdBefore } = request.query
      const listings = await deps.store.listSessions({
        tenant: request.tenant,
        limit,
        ...(name === undefined ? {} : { name }),
        ...(workflow === undefined ? {} : { workflow }),
        ...(status === undefined ? {} : { status: readStatuses(status) }),
        ...(createdAfter === undefined ? {} : { createdAfter: Date.parse(createdAfter) }),
        ...(createdBefore === undefined ? {} : { createdBefore: Date.parse(createdBefore) }),
        ...(cursor === undefined ? {} : { after: readCursor(cursor) }),
      })
      const last = listings.length === limit ? listings.at(-1) : undefined
      return {
        sessions: listings.map(listingView),
        next: last === undefined ? null : Buffer.from(last.id).toString('base64url'),
      }
    },
  )
}

function readStatuses(text: string): SessionStatus[] {
  return text.split(',').map((status) => {
    if ((sessionStatuses as readonly string[]).includes(status)) return status as SessionStatus
    const message = `status: ${status.slice(0, 40)} is none of ${sessionStatuses.join(', ')}`
    throw new StepstreamError('INVALID_QUERY', message)
  })
}

function readCursor(cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString()
  if (sessionIdPattern.test(id)) return id
  throw new StepstreamError('INVALID_CURSOR', 'the cursor is not one of a list of sessions')
}
