import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ErrorCode, StepstreamError } from '../../errors.ts'
import { finalSessionStatuses, sessionStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { forEachSession } from '../for-each-session.ts'
import { readSessionCursor, sessionCursor } from '../session-cursor.ts'
import { readSessionFilter, sessionFilterFields } from '../session-filter.ts'

const cancelSchema = z.strictObject({
  filter: z
    .strictObject(sessionFilterFields)
    .describe(
      'As of the list of sessions; those that have ended, or are being cancelled, are left out',
    ),
  all: z.literal(true).optional().describe('Needed with a filter that is empty'),
  reason: z.string().max(1000).optional().describe('Why, for the logs'),
  dryRun: z.boolean().default(false).describe('Counts and changes nothing'),
  limit: z.int().min(1).max(1000).default(500).describe('How many sessions one call looks at'),
  cursor: z.string().optional().describe('`next` of the call before'),
})

const cancelledSchema = z
  .object({
    matched: z.int().describe('cancelled and failed; with dryRun those that would be cancelled'),
    cancelled: z
      .int()
      .describe('How many were told; each says in its own stream when it has ended'),
    failed: z.array(z.object({ sessionId: z.string(), code: z.string(), message: z.string() })),
    more: z.boolean().describe('There may be others: call again with next as the cursor'),
    next: z.string().nullable(),
  })
  .meta({ id: 'CancelledSessions' })

/** What `cancel` changes something about. */
const cancellable = sessionStatuses.filter(
  (status) => !finalSessionStatuses.has(status) && status !== 'cancelling',
)

/** It ended, or was removed, between being found and being told. */
const overtaken: ReadonlySet<ErrorCode> = new Set(['SESSION_ENDED', 'SESSION_NOT_FOUND'])

/** POST /v1/sessions/cancel */
export function registerCancelSessions(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sessions/cancel',
    {
      schema: {
        tags: ['control'],
        operationId: 'cancelSessions',
        summary: 'Cancel the sessions of a filter',
        description:
          'The newest first, up to `limit` of them; each as by its own cancel. `more` says that a next call, with `next` as `cursor`, may find others.',
        body: cancelSchema,
        response: {
          200: cancelledSchema.describe('The commands are on disk'),
          ...problemsOf('INVALID_VALUE', 'INVALID_CURSOR'),
        },
      },
    },
    async (request) => {
      const { filter, all, reason, dryRun, limit, cursor } = request.body
      refuseUnlimited(filter, all)
      const { status, ...wanted } = readSessionFilter(filter, request.tenant, refuseField)
      const selected = {
        ...wanted,
        status: cancellable.filter((one) => status === undefined || status.includes(one)),
        limit,
        ...(cursor === undefined ? {} : { after: readSessionCursor(cursor) }),
      }
      const cancel = async ({ id }: { id: string }) => dryRun || told(id, reason, deps)
      const { done, failed, last } = await forEachSession(selected, cancel, deps)
      return {
        matched: done + failed.length,
        cancelled: dryRun ? 0 : done,
        failed: failed.map(({ sessionId, error }) => describe(sessionId, error, request)),
        more: last !== undefined,
        next: last === undefined ? null : sessionCursor(last),
      }
    },
  )
}

/** A filter that somebody forgot to fill in must not cancel everything. @throws INVALID_VALUE */
function refuseUnlimited(filter: object, all: true | undefined): void {
  const isEmpty = Object.values(filter).every(
    (value) => value === undefined || (Array.isArray(value) && value.length === 0),
  )
  if (!isEmpty || all) return
  const message = 'an empty filter is every session: say "all": true if that is meant'
  throw StepstreamError.fromFaults([{ pointer: '/filter', code: 'INVALID_VALUE', message }])
}

function refuseField(field: string, message: string): never {
  const pointer = `/filter/${field}`
  throw StepstreamError.fromFaults([{ pointer, code: 'INVALID_VALUE', message }])
}

/** Whether it was told; false where there was nothing to cancel any more. */
async function told(
  sessionId: string,
  reason: string | undefined,
  { processor }: HttpDeps,
): Promise<boolean> {
  try {
    await processor.cancel(sessionId, reason)
    return true
  } catch (error) {
    if (error instanceof StepstreamError && overtaken.has(error.code)) return false
    throw error
  }
}

function describe(sessionId: string, error: unknown, request: FastifyRequest) {
  if (error instanceof StepstreamError) {
    return { sessionId, code: error.code, message: error.message }
  }
  request.log.error({ err: error, reqId: request.id, sessionId }, 'a session was not cancelled')
  return { sessionId, code: 'INTERNAL', message: 'the service failed; its log has the cause' }
}
