import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CurrentSession } from '../../modules/session-coordinator/types.ts'
import { interactionKinds } from '../../session/events.ts'
import { explain } from '../../session/explain.ts'
import { awaitsRoom } from '../../session/state.ts'
import { sessionStatuses, stepStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'

const HOLDERS_NAMED = 5

const time = z.iso.datetime()
const wakeAt = time.optional().describe('When it goes on by itself')

const waitsForSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('step'), stepId: z.string() }),
    z.object({ kind: z.literal('condition'), when: z.string() }),
    z.object({ kind: z.literal('place') }),
    z.object({ kind: z.literal('items'), open: z.int() }),
    z.object({ kind: z.literal('time'), at: time }),
    z.object({ kind: z.literal('session'), sessionId: z.string() }),
    z.object({
      kind: z.literal('interaction'),
      interactionId: z.string(),
      asks: z.enum(interactionKinds),
      approvers: z.array(z.string()).readonly().optional().describe('Who may answer'),
      signal: z.string().optional().describe('The name of the signal'),
      queue: z.string().optional(),
      worker: z.string().optional().describe('Who has claimed it'),
    }),
    z.object({ kind: z.literal('attempt'), attempt: z.int() }),
    z.object({
      kind: z.literal('person'),
      stepId: z.string(),
      interactionId: z.string().optional().describe('By which they say what becomes of it'),
    }),
    z.object({ kind: z.literal('turn') }),
    z.object({ kind: z.literal('resume'), stepId: z.string().optional() }),
  ])
  .meta({ id: 'WaitsFor' })

const explanationSchema = z
  .object({
    session: z.object({
      status: z.enum(sessionStatuses),
      sentence: z.string(),
      wakeAt,
      heldBy: z
        .array(z.string())
        .optional()
        .describe('The first five sessions that hold the concurrency key it waits for'),
    }),
    steps: z.array(
      z.object({
        id: z.string(),
        status: z.enum(stepStatuses),
        sentence: z.string(),
        waitsFor: z.array(waitsForSchema).describe('Of the steps before it the first five'),
        wakeAt,
      }),
    ),
  })
  .meta({ id: 'Explanation' })

/** GET /v1/sessions/:id/explain */
export function registerExplain(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/sessions/:id/explain',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['sessions'],
        operationId: 'explainSession',
        summary: 'Say why each step is not running, and what would wake it',
        params: z.object({ id: z.string() }),
        response: {
          200: explanationSchema.describe('A sentence for the session and one for each step'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const current = await findSession(request, request.params.id, deps)
      const { state } = current
      const { session, steps } = explain(state, deps.clock.now())
      return {
        session: { ...session, ...(await heldBy(current, deps)) },
        steps: steps.map((step) => ({ ...step, waitsFor: [...step.waitsFor] })),
      }
    },
  )
}

async function heldBy({ record, state }: CurrentSession, { slots }: HttpDeps) {
  const { concurrency } = state.plan
  if (concurrency === undefined || !awaitsRoom(state)) return {}
  const holders = await slots.holders({ tenant: record.tenant, key: concurrency.key })
  return { heldBy: holders.slice(0, HOLDERS_NAMED) }
}
