import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { durationSchema } from '../../duration-schema.ts'
import { StepstreamError } from '../../errors.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { parseBody } from '../parse-body.ts'
import { linksOf } from '../views.ts'
import { takesAnyBody } from './plans.ts'

const DEFAULT_TTL_MS = 60 * 60 * 1000
const MAX_TTL_MS = 24 * 60 * 60 * 1000

const bodySchema = z
  .strictObject({
    expiresIn: durationSchema.optional().describe('Up to 24h. Default: 1h.'),
  })
  .nullish()
  .meta({ id: 'TicketBody' })

const ticketSchema = z
  .object({
    ticket: z.string(),
    url: z.string().describe('What an EventSource opens'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Ticket' })

/** POST /v1/sessions/:id/tickets */
export function registerTickets(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sessions/:id/tickets',
    {
      ...takesAnyBody,
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'createTicket',
        summary: 'Get a ticket for the events of a session, for what cannot send a key',
        description:
          'Whoever has it may read the events of this one session, as often as needed, until it expires or the key that it was made with does.',
        params: z.object({ id: z.string() }),
        body: bodySchema,
        response: {
          201: ticketSchema.describe('It is kept nowhere'),
          ...problemsOf('SESSION_NOT_FOUND', 'INVALID_VALUE', 'UNSUPPORTED_MEDIA_TYPE'),
        },
      },
    },
    async (request, reply) => {
      const ttlMs = readTtl(request.body)
      const { record } = await findSession(request, request.params.id, deps)
      const { ticket, expiresAt } = await deps.keys.issueTicket(request.caller, record.id, ttlMs)
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({
          ticket,
          url: `${linksOf(record.id).events}?ticket=${ticket}`,
          expiresAt: new Date(expiresAt).toISOString(),
        })
    },
  )
}

/** How long a ticket is to be good, in ms. @throws StepstreamError with the fault */
function readTtl(body: unknown): number {
  const { expiresIn = DEFAULT_TTL_MS } = parseBody(bodySchema, body) ?? {}
  if (expiresIn > 0 && expiresIn <= MAX_TTL_MS) return expiresIn
  const message = 'a ticket is good for up to 24h'
  throw StepstreamError.fromFaults([{ pointer: '/expiresIn', code: 'INVALID_VALUE', message }])
}
