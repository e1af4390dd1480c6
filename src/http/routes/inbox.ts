import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import { interactionIdPattern } from '../../ids.ts'
import type { InboxPosition, InboxQuery } from '../../modules/interactions/types.ts'
import { interactionKinds } from '../../session/events.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import {
  inboxItemSchema,
  inboxItemView,
  pastAnswerSchema,
  pastAnswerView,
} from '../interaction-views.ts'
import { listCursor, readListCursor } from '../list-cursor.ts'
import { pageFields, pageOf } from '../page-schema.ts'
import { readSessionFilter } from '../session-filter.ts'

const querySchema = z.strictObject({
  state: z
    .enum(['pending', 'answered'])
    .default('pending')
    .describe(
      'pending: asked for now, claimed or not; answered: what was, of sessions that are kept',
    ),
  kind: z
    .string()
    .optional()
    .describe(`One or more of ${interactionKinds.join(', ')}, separated by commas`),
  queue: z.string().optional().describe('Those of a queue; pending ones only'),
  sessionId: z.string().optional(),
  workflow: z.string().optional().describe('The name of a saved workflow'),
  label: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('`key:value` of the session; given several times, it must have all of them'),
  ...pageFields({ usual: 20, most: 100 }),
})

const cursorPattern = new RegExp(`^\\d{1,16} ${interactionIdPattern.source.slice(1)}`)

/** GET /v1/interactions: one list of all that waits for somebody. */
export function registerInbox(app: FastifyInstance, { interactions }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/interactions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['interactions'],
        operationId: 'listInteractions',
        summary: 'List what somebody is asked for, newest first',
        description: 'A page may hold fewer than asked for and have a next one all the same.',
        querystring: querySchema,
        response: {
          200: z
            .union([
              pageOf({ interactions: z.array(inboxItemSchema) }),
              pageOf({ interactions: z.array(pastAnswerSchema) }),
            ])
            .describe('A page'),
          ...problemsOf('INVALID_QUERY', 'INVALID_CURSOR'),
        },
      },
    },
    async ({ tenant, query }) => {
      const wanted = inboxQuery(tenant, query)
      if (query.state === 'answered') {
        const { items, next } = await interactions.listAnswered(wanted)
        return { interactions: items.map(pastAnswerView), next: cursorOf(next) }
      }
      const { items, next } = await interactions.list(wanted)
      return { interactions: items.map(inboxItemView), next: cursorOf(next) }
    },
  )
}

function inboxQuery(tenant: string, query: z.output<typeof querySchema>): InboxQuery {
  const { kind, queue, sessionId, workflow, label, limit, cursor } = query
  const filter = readSessionFilter({ workflow, label }, tenant, (field, message) =>
    refuse(field, message),
  )
  return {
    tenant,
    kinds: kind === undefined ? undefined : kindsOf(kind),
    queue,
    sessionId,
    workflow,
    labels: filter.labels,
    after: cursor === undefined ? undefined : positionOf(cursor),
    limit,
  }
}

function kindsOf(text: string): NonNullable<InboxQuery['kinds']> {
  return text.split(',').map((name) => {
    const kind = interactionKinds.find((each) => each === name)
    return kind ?? refuse('kind', `must be one of ${interactionKinds.join(', ')}`)
  })
}

function refuse(field: string, message: string): never {
  throw new StepstreamError('INVALID_QUERY', `The query parameter "${field}" ${message}.`)
}

function cursorOf(position: InboxPosition | undefined): string | null {
  return position === undefined ? null : listCursor(`${position.createdAt} ${position.id}`)
}

function positionOf(cursor: string): InboxPosition {
  const [createdAt = '', id = ''] = readListCursor(
    cursor,
    cursorPattern,
    'a list of interactions',
  ).split(' ')
  return { createdAt: Number(createdAt), id }
}
