import { z } from 'zod'
import type { Json } from '../json.ts'
import type { OpenInteraction } from '../modules/interactions/types.ts'
import { answerSchema, interactionSchema } from '../session/events.ts'

const time = z.iso.datetime()

/** What somebody is asked for now. */
export const openInteractionSchema = z
  .object({
    interactionId: z.string(),
    sessionId: z.string(),
    stepId: z.string(),
    attempt: z.int(),
    ...interactionSchema.shape,
    command: z.unknown().describe('What is to be done'),
    askedAt: time,
    worker: z.string().optional().describe('Who has claimed it'),
    leaseUntil: time.optional().describe('When it is asked for no more'),
  })
  .meta({ id: 'Interaction' })

export type OpenInteractionView = z.output<typeof openInteractionSchema>

export function openInteractionView(open: OpenInteraction, command: Json): OpenInteractionView {
  const { session, stepId, attempt, expiresAt } = open
  const { id, askedAt, claims: _, holder, ...request } = open.interaction
  return {
    interactionId: id,
    sessionId: session.record.id,
    stepId,
    attempt,
    ...request,
    command,
    askedAt: new Date(askedAt).toISOString(),
    ...(holder === undefined ? {} : { worker: holder.worker }),
    ...(expiresAt === undefined ? {} : { leaseUntil: new Date(expiresAt).toISOString() }),
  }
}

/** What was asked in a session, and what came of it. */
export const pastInteractionSchema = z
  .object({
    interactionId: z.string(),
    stepId: z.string(),
    attempt: z.int(),
    ...interactionSchema.shape,
    state: z.enum(['pending', 'claimed', 'answered', 'expired', 'withdrawn']),
    askedAt: time,
    endedAt: time.optional(),
    claims: z.array(
      z.object({
        worker: z.string(),
        at: time,
        releasedAt: time.optional(),
        reason: z.string().optional().describe('Why it was released'),
      }),
    ),
    answer: answerSchema.optional(),
  })
  .meta({ id: 'PastInteraction' })
