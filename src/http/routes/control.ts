import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { statusView, statusViewSchema } from '../views.ts'

const commands = [
  ['pause', 'Pause a session: running attempts finish, nothing new starts'],
  ['resume', 'Resume a paused session'],
  ['cancel', 'Cancel a session: running attempts are stopped'],
  ['recover', 'Take up a session that was set aside after too many crashes'],
  ['rollback', 'Stop a session and undo the steps that have completed'],
] as const

/** POST /v1/sessions/:id/pause, resume, cancel, recover and rollback; repeating one changes nothing. */
export function registerControl(app: FastifyInstance, deps: HttpDeps): void {
  for (const [command, summary] of commands) {
    app.withTypeProvider<ZodTypeProvider>().post(
      `/v1/sessions/:id/${command}`,
      {
        config: { scope: 'control', audit: `session.${command}` },
        schema: {
          tags: ['control'],
          operationId: `${command}Session`,
          summary,
          params: z.object({ id: z.string() }),
          body: z
            .strictObject({ reason: z.string().max(1000).optional() })
            .nullish()
            .meta({ description: 'Why, for the log' }),
          response: {
            202: statusViewSchema.describe('The command is on disk'),
            ...problemsOf(
              'SESSION_NOT_FOUND',
              'SESSION_ENDED',
              'ILLEGAL_TRANSITION',
              'INVALID_VALUE',
            ),
          },
        },
      },
      async (request, reply) => {
        const { record } = await findSession(request, request.params.id, deps)
        const state = await deps.processor[command](record.id, request.body?.reason)
        return reply.code(202).send(statusView(state))
      },
    )
  }
}
