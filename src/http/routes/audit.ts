import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ErrorCode, errors } from '../../errors.ts'
import { auditIdPattern } from '../../ids.ts'
import type { HttpDeps } from '../deps.ts'
import { listCursor, readListCursor } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'

const time = z.iso.datetime({ offset: true })

const auditQuery = z.strictObject({
  session: z.string().optional().describe('What was done to a session or its steps, by its id'),
  action: z.string().optional().describe('Such as session.cancel'),
  actor: z.string().optional().describe('The name or the id of a key, or the person it acted for'),
  after: time.optional(),
  before: time.optional(),
  ...pageFields(),
})

const auditEntrySchema = z
  .object({
    id: z.string(),
    at: z.iso.datetime(),
    action: z.string().describe('What was done to what, such as session.pause'),
    actor: z.string().describe('The name of the key; anonymous where none is needed'),
    keyId: z.string().optional().describe('Of that key'),
    person: z.string().optional().describe('The `actor` that the request named'),
    tenant: z.string(),
    target: z.record(z.string(), z.string()).describe('Ids and names by kind'),
    from: z.object({ ip: z.string(), userAgent: z.string().optional() }),
    requestId: z.string(),
    reason: z.string().optional(),
    outcome: z.object({
      status: z.int(),
      code: z
        .enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]])
        .optional()
        .describe('Why it was refused'),
      created: z.string().optional().describe('Where that is which it made'),
    }),
  })
  .meta({ id: 'AuditEntry' })

/** GET /v1/audit */
export function registerAuditRoute(app: FastifyInstance, { audit }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/audit',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['operation'],
        operationId: 'listAudit',
        summary: 'List control actions, newest first: who did what, when, and from where',
        description:
          'Looks through 5000 entries at most. Where few of them match, a page is short, even empty: go on with `next` until it is null.',
        querystring: auditQuery,
        response: pageAnswers({ entries: z.array(auditEntrySchema) }),
      },
    },
    async (request) => {
      const { after, before, cursor, ...query } = request.query
      const { entries, next } = await audit.list({
        tenant: request.tenant,
        ...query,
        after: timeOf(after),
        before: timeOf(before),
        cursor:
          cursor === undefined
            ? undefined
            : readListCursor(cursor, auditIdPattern, 'the audit log'),
      })
      return {
        entries: [...entries],
        next: listCursor(next),
      }
    },
  )
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text)
}
