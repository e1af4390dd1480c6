import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CurrentSession } from '../../modules/session-coordinator/types.ts'
import { explain } from '../../session/explain.ts'
import { finalSessionStatuses, sessionStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findSession } from '../find-session.ts'
import { openInteractionSchema, openInteractionView } from '../interaction-views.ts'
import { patiently } from '../patiently.ts'
import { untilChanged } from '../until-changed.ts'

const MAX_WAIT_SECONDS = 60

const nextSchema = z.union([
  openInteractionSchema.extend({ done: z.literal(false), pending: z.literal(true) }),
  z.object({
    done: z.literal(true),
    status: z.enum(sessionStatuses).describe('How the session ended'),
  }),
  z.object({
    done: z.literal(false),
    pending: z.literal(false),
    status: z.enum(sessionStatuses),
    waitsFor: z.string().describe('What the session waits for, in a sentence'),
    steps: z.array(z.object({ id: z.string(), sentence: z.string() })).describe('Those that wait'),
  }),
])

/** POST /v1/sessions/:id/next: the client-driven loop. */
export function registerNext(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/sessions/:id/next',
    {
      config: { scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'nextInteraction',
        summary: 'Get what the client is to do next; asked twice, it is the same',
        params: z.object({ id: z.string() }),
        body: z
          .strictObject({
            wait: z
              .int()
              .min(0)
              .max(MAX_WAIT_SECONDS)
              .optional()
              .describe('How many seconds to wait for it. Default: 0.'),
          })
          .nullish(),
        response: {
          200: nextSchema.describe('What to do, the end, or what the session waits for'),
          ...problemsOf('SESSION_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { id } = request.params
      const waitMs = (request.body?.wait ?? 0) * 1000
      return patiently(request, waitMs, deps, async (signal) => {
        for (;;) {
          const session = await findSession(request, id, deps)
          const found = await nextOf(session, deps)
          if (found !== undefined) return found
          if (waitMs === 0 || signal.aborted) return nothingOf(session, deps)
          await untilChanged(session, signal, deps)
        }
      })
    },
  )
}

async function nextOf(session: CurrentSession, { interactions }: HttpDeps) {
  const { status } = session.state
  if (finalSessionStatuses.has(status)) return { done: true, status } as const
  const asked = status === 'paused' ? [] : interactions.openIn(session)
  for (const one of asked) {
    const command = await interactions.commandOf(one)
    if (command !== undefined)
      return { done: false, pending: true, ...openInteractionView(one, command) } as const
    await interactions.giveUp(one)
  }
  return undefined
}

function nothingOf({ state }: CurrentSession, { clock }: HttpDeps) {
  const { session, steps } = explain(state, clock.now())
  return {
    done: false,
    pending: false,
    status: state.status,
    waitsFor: session.sentence,
    steps: steps
      .filter(({ status }) => status === 'waiting' || status === 'retrying' || status === 'running')
      .map(({ id, sentence }) => ({ id, sentence })),
  } as const
}
