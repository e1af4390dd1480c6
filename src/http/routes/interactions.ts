import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { InteractionHistoryBuilder } from '../../session/interaction-history.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import {
  openInteractionSchema,
  openInteractionView,
  pastInteractionSchema,
} from '../interaction-views.ts'
import { readUpTo } from '../session-at.ts'

/** GET /v1/interactions/:id and /v1/sessions/:id/interactions */
export function registerInteractions(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  routes.get(
    '/v1/interactions/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['interactions'],
        operationId: 'getInteraction',
        summary: 'Get what somebody is asked for',
        params: z.object({ id: z.string() }),
        response: {
          200: openInteractionSchema.describe('What is asked for now'),
          ...problemsOf('INTERACTION_NOT_FOUND', 'INTERACTION_OVER'),
        },
      },
    },
    async ({ tenant, params }) => {
      const { interactions, workers } = deps
      const open = await interactions.open(tenant, params.id)
      const isHeld = open.interaction.holder !== undefined
      const lease = isHeld ? await workers.leaseOf(tenant, params.id) : undefined
      const isWork = open.interaction.command !== undefined
      const command = isWork ? await interactions.commandOf(open) : undefined
      return openInteractionView(open, command, lease)
    },
  )
  routes.get(
    '/v1/sessions/:id/interactions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['interactions'],
        operationId: 'listSessionInteractions',
        summary: 'List what a session asked of others, and what came of it',
        params: z.object({ id: z.string() }),
        response: {
          200: z
            .object({ interactions: z.array(pastInteractionSchema) })
            .describe('In the order in which they were asked'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const session = await findSession(request, request.params.id, deps)
      const history = new InteractionHistoryBuilder()
      await readUpTo(session, undefined, deps, (events) => {
        for (const event of events) history.add(event)
      })
      return { interactions: [...history.interactions] }
    },
  )
}
