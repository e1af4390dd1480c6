import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { newSessionId } from '../../ids.ts'
import { bulkAnswerFields, bulkFields, bulkRest, bulkSelection } from '../bulk-request.ts'
import { correlationOf } from '../correlation.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { forEachSession } from '../for-each-session.ts'
import { claimOf } from '../idempotency.ts'
import { retryableStatuses, retrySession } from '../retry-session.ts'
import { refuseWhenClosing, sessionRateLimit } from './create-session.ts'

const retriedSchema = z
  .object({
    matched: z.int().describe('retried and failed; with dryRun those that would be retried'),
    retried: z.int(),
    sessions: z
      .array(z.object({ sessionId: z.string(), retriedBy: z.string() }))
      .describe('Each with the session that goes on from it'),
    ...bulkAnswerFields,
  })
  .meta({ id: 'RetriedSessions' })

/** POST /v1/sessions/retry */
export function registerRetrySessions(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sessions/retry',
    {
      config: { scope: 'control', audit: 'sessions.retry', rateLimit: sessionRateLimit(deps) },
      schema: {
        tags: ['control'],
        operationId: 'retrySessions',
        summary: 'Retry the sessions of a filter',
        description:
          'Those that failed, were cancelled or completed with errors, the newest first, up to `limit` of them; each as by its own retry. `more` says that a next call, with `next` as `cursor`, may find others.',
        headers: z.object({
          'idempotency-key': z
            .string()
            .optional()
            .describe('Kept for 24 h: no session is retried twice with the same key'),
        }),
        body: z.strictObject({ ...bulkFields, reason: reasonSchema }),
        response: {
          200: retriedSchema.describe('The new sessions are on disk and will run'),
          ...problemsOf(
            'INVALID_VALUE',
            'INVALID_CURSOR',
            'INVALID_HEADER',
            'RATE_LIMITED',
            'SHUTTING_DOWN',
          ),
        },
      },
    },
    async (request) => {
      refuseWhenClosing(deps)
      const { dryRun } = request.body
      const selection = bulkSelection(request.body, request.tenant, retryableStatuses)
      const retries = new Map<string, string>()
      const retry = async ({ id }: { id: string }) => {
        if (!dryRun) retries.set(id, await startRetry(id, request, deps))
        return true
      }
      const swept = await forEachSession(selection, retry, deps)
      return {
        matched: swept.done + swept.failed.length,
        retried: retries.size,
        sessions: [...retries].map(([sessionId, retriedBy]) => ({ sessionId, retriedBy })),
        ...bulkRest(swept, request),
      }
    },
  )
}

const reasonSchema = z.string().max(1000).optional().describe('Why, for the audit log')

/** The id of the new session, or of the one that an earlier request with the same key has started. */
async function startRetry(
  sessionId: string,
  request: FastifyRequest,
  deps: HttpDeps,
): Promise<string> {
  const createdAt = deps.clock.now()
  const retriedBy = newSessionId(createdAt)
  const claim = claimOf(request, JSON.stringify({ sessionId: retriedBy }), createdAt)
  const created = await retrySession(
    sessionId,
    {
      tenant: request.tenant,
      sessionId: retriedBy,
      createdAt,
      correlation: correlationOf(request),
      // No caller's key has a space; what else the request asks for does not change what a retry is.
      ...(claim === undefined
        ? {}
        : {
            idempotency: {
              ...claim,
              key: `retry ${sessionId} ${claim.key}`,
              requestHash: sessionId,
            },
          }),
    },
    deps,
  )
  return created.created ? retriedBy : created.sessionId
}
