import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ErrorCode, StepstreamError } from '../../errors.ts'
import { finalSessionStatuses, sessionStatuses } from '../../session/status.ts'
import { bulkAnswerFields, bulkFields, bulkRest, bulkSelection } from '../bulk-request.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { forEachSession } from '../for-each-session.ts'

const cancelSchema = z.strictObject({
  ...bulkFields,
  reason: z.string().max(1000).optional().describe('Why, for the logs'),
})

const cancelledSchema = z
  .object({
    matched: z.int().describe('cancelled and failed; with dryRun those that would be cancelled'),
    cancelled: z
      .int()
      .describe('How many were told; each says in its own stream when it has ended'),
    ...bulkAnswerFields,
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
      config: { scope: 'control', audit: 'sessions.cancel' },
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
      const { reason, dryRun } = request.body
      const selection = bulkSelection(request.body, request.tenant, cancellable)
      const cancel = async ({ id }: { id: string }) => dryRun || told(id, reason, deps)
      const swept = await forEachSession(selection, cancel, deps)
      return {
        matched: swept.done + swept.failed.length,
        cancelled: dryRun ? 0 : swept.done,
        ...bulkRest(swept, request),
      }
    },
  )
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
