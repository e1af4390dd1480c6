import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { sessionIdPattern } from '../../ids.ts'
import { stepErrorSchema } from '../../session/events.ts'
import { HistoryBuilder } from '../../session/history.ts'
import { progressOf } from '../../session/progress.ts'
import { finalSessionStatuses, type SessionStatus, sessionStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import {
  countsSchema,
  listingView,
  sessionListingSchema,
  sessionView,
  sessionViewSchema,
} from '../views.ts'

const time = z.iso.datetime({ offset: true })
const params = z.object({ id: z.string() })

const listQuery = z.strictObject({
  status: z.string().optional().describe('One or more statuses, separated by commas'),
  name: z.string().optional(),
  createdAfter: time.optional(),
  createdBefore: time.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional().describe('`next` of the page before'),
})

const progressSchema = z
  .object({
    sessionId: z.string(),
    totalSteps: z.int(),
    completedSteps: z.int(),
    counts: countsSchema,
    currentStepIndex: z.int().nullable(),
    currentStepName: z.string().nullable(),
    currentSteps: z.array(z.string()),
    overallProgress: z.number().describe('0 to 100'),
    averageStepDuration: z.number().nullable().describe('ms'),
    estimatedTimeRemaining: z.number().nullable().describe('ms'),
    lastActivity: z.iso.datetime(),
  })
  .meta({ id: 'ExecutionProgress' })

const historySchema = z
  .object({
    id: z.string(),
    uses: z.string(),
    text: z.string().optional(),
    skipped: z.string().optional().describe('Why it was skipped'),
    attempts: z.array(
      z.object({
        attempt: z.int(),
        startedAt: z.iso.datetime(),
        endedAt: z.iso.datetime().optional(),
        durationMs: z.number().optional(),
        result: z.enum([
          'running',
          'waiting',
          'completed',
          'failed',
          'retried',
          'cancelled',
          'interrupted',
        ]),
        output: z.unknown().optional(),
        error: stepErrorSchema.optional(),
      }),
    ),
  })
  .meta({ id: 'StepHistory' })

const artifactListSchema = z.object({
  artifacts: z.array(
    z.object({
      id: z.string(),
      stepId: z.string().nullable(),
      name: z.string(),
      contentType: z.string(),
      bytes: z.int(),
      createdAt: z.iso.datetime(),
      href: z.string(),
    }),
  ),
})

const HISTORY_PAGE = 1000

/** GET /v1/sessions, and what can be read of one; DELETE of an ended one. */
export function registerReadSessions(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const notFound = problemsOf('SESSION_NOT_FOUND')

  routes.get(
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
      const { limit, name, cursor, status, createdAfter, createdBefore } = request.query
      const listings = await deps.store.listSessions({
        tenant: request.tenant,
        limit,
        ...(name === undefined ? {} : { name }),
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

  routes.get(
    '/v1/sessions/:id',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'getSession',
        summary: 'Get a session',
        params,
        response: { 200: sessionViewSchema.describe('The session'), ...notFound },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      const extent = await deps.streamer.extent(session.record.id)
      const known = extent ?? {
        tenant: request.tenant,
        first: 1,
        next: session.state.seq + 1,
        ended: false,
      }
      return sessionView(session, known)
    },
  )

  routes.get(
    '/v1/sessions/:id/progress',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'getProgress',
        summary: 'Get how far a session is',
        params,
        response: { 200: progressSchema.describe('The progress'), ...notFound },
      },
    },
    async (request) => {
      const { state } = await findSession(request, request.params.id, deps)
      const progress = progressOf(state)
      return { ...progress, currentSteps: [...progress.currentSteps] }
    },
  )

  routes.get(
    '/v1/sessions/:id/steps',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'getSteps',
        summary: 'Get the history of a session’s steps',
        params,
        response: {
          200: z.object({ steps: z.array(historySchema) }).describe('Each step with its attempts'),
          ...notFound,
        },
      },
    },
    async (request) => {
      const { record } = await findSession(request, request.params.id, deps)
      const history = new HistoryBuilder(record.plan)
      for (let afterSeq = 0; ; ) {
        const page = await deps.store.readEvents({
          sessionId: record.id,
          afterSeq,
          limit: HISTORY_PAGE,
        })
        for (const event of page) history.add(JSON.parse(event.body))
        if (page.length < HISTORY_PAGE) return { steps: [...history.steps] }
        // A long log must not keep the others waiting.
        await nextTurn()
        afterSeq = page.at(-1)?.seq ?? afterSeq
      }
    },
  )

  routes.get(
    '/v1/sessions/:id/artifacts',
    {
      schema: {
        tags: ['artifacts'],
        operationId: 'listArtifacts',
        summary: 'List what a session’s steps have put aside',
        params,
        response: { 200: artifactListSchema.describe('The artifacts'), ...notFound },
      },
    },
    async (request) => {
      const { record } = await findSession(request, request.params.id, deps)
      const artifacts = await deps.artifacts.list(record.id)
      return {
        artifacts: artifacts.map(({ id, stepId, name, contentType, bytes, createdAt }) => ({
          id,
          stepId,
          name,
          contentType,
          bytes,
          createdAt: new Date(createdAt).toISOString(),
          href: `/v1/artifacts/${id}`,
        })),
      }
    },
  )

  routes.delete(
    '/v1/sessions/:id',
    {
      schema: {
        tags: ['sessions'],
        operationId: 'deleteSession',
        summary: 'Delete an ended session',
        params,
        response: {
          204: z.null().describe('It is gone, with its events and artifacts'),
          ...problemsOf('SESSION_NOT_FOUND', 'SESSION_NOT_ENDED'),
        },
      },
    },
    async (request, reply) => {
      const { record, state } = await findSession(request, request.params.id, deps)
      if (!finalSessionStatuses.has(state.status)) {
        const message = `session ${record.id} is ${state.status}`
        throw new StepstreamError('SESSION_NOT_ENDED', message)
      }
      await deps.store.markForPurge(record.id)
      return reply.code(204).send(null)
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
