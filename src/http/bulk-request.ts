import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { StepstreamError } from '../errors.ts'
import type { SessionStatus } from '../session/status.ts'
import type { ListFilter } from '../store/types.ts'
import type { Swept } from './for-each-session.ts'
import { listCursor } from './list-cursor.ts'
import { readSessionCursor } from './session-cursor.ts'
import { readSessionFilter, sessionFilterFields } from './session-filter.ts'

/** What every request that acts on the sessions of a filter takes. */
export const bulkFields = {
  filter: z
    .strictObject(sessionFilterFields)
    .describe('As of the list of sessions; those there is nothing to do about are left out'),
  all: z.literal(true).optional().describe('Needed with a filter that is empty'),
  dryRun: z.boolean().default(false).describe('Counts and changes nothing'),
  limit: z.int().min(1).max(1000).default(500).describe('How many sessions one call looks at'),
  cursor: z.string().optional().describe('`next` of the call before'),
}

const bulkSchema = z.strictObject(bulkFields)

export type BulkRequest = z.output<typeof bulkSchema>

/** What every such request answers beside what it counts. */
export const bulkAnswerFields = {
  failed: z.array(z.object({ sessionId: z.string(), code: z.string(), message: z.string() })),
  more: z.boolean().describe('There may be others: call again with next as the cursor'),
  next: z.string().nullable(),
}

/**
 * Which sessions a request is about, of those in one of the statuses.
 * @throws INVALID_VALUE, INVALID_CURSOR
 */
export function bulkSelection(
  { filter, all, limit, cursor }: BulkRequest,
  tenant: string,
  statuses: readonly SessionStatus[],
): ListFilter {
  refuseUnlimited(filter, all)
  const { status, ...wanted } = readSessionFilter(filter, tenant, refuseField)
  return {
    ...wanted,
    status: statuses.filter((one) => status === undefined || status.includes(one)),
    limit,
    ...(cursor === undefined ? {} : { after: readSessionCursor(cursor) }),
  }
}

/** What did not work, and where the next call goes on. */
export function bulkRest({ failed, last }: Swept, request: FastifyRequest) {
  return {
    failed: failed.map(({ sessionId, error }) => describe(sessionId, error, request)),
    more: last !== undefined,
    next: listCursor(last),
  }
}

/** A filter that somebody forgot to fill in must not be about everything. @throws INVALID_VALUE */
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

function describe(sessionId: string, error: unknown, request: FastifyRequest) {
  if (error instanceof StepstreamError) {
    return { sessionId, code: error.code, message: error.message }
  }
  const { url } = request.routeOptions
  request.log.error(
    { err: error, reqId: request.id, sessionId, url },
    'one of many sessions failed',
  )
  return { sessionId, code: 'INTERNAL', message: 'the service failed; its log has the cause' }
}
