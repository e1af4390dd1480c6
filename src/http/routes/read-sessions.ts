import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { CurrentSession } from '../../modules/session-coordinator/types.ts'
import { finalSessionStatuses } from '../../session/status.ts'
import type { LogExtent } from '../../store/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { atSeqQuery, sessionAt } from '../session-at.ts'
import { sessionView, sessionViewSchema } from '../views.ts'

const params = z.object({ id: z.string() })

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

/** What can be read of one session; DELETE of an ended one. */
export function registerReadSessions(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const notFound = problemsOf('SESSION_NOT_FOUND')
  const problems = problemsOf('SESSION_NOT_FOUND', 'INVALID_QUERY')

  routes.get(
    '/v1/sessions/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'getSession',
        summary: 'Get a session',
        params,
        querystring: atSeqQuery,
        response: { 200: sessionViewSchema.describe('The session'), ...problems },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      const { atSeq } = request.query
      if (atSeq !== undefined) {
        const then = await sessionAt(session, atSeq, deps)
        return sessionView(then, extentOf(then))
      }
      const extent = await deps.streamer.extent(session.record.id)
      return sessionView(session, extent ?? extentOf(session))
    },
  )

  routes.get(
    '/v1/sessions/:id/artifacts',
    {
      config: { scope: 'read' },
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
      config: { scope: 'control', audit: 'session.delete' },
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

/** Where a log ends whose last event is the last one of the state. */
function extentOf({ record, state }: CurrentSession): LogExtent {
  const ended = finalSessionStatuses.has(state.status)
  return { tenant: record.tenant, first: 1, next: state.seq + 1, ended }
}
