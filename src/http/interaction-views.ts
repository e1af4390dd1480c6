import { z } from 'zod'
import type { Json } from '../json.ts'
import type { OpenInteraction, PastAnswer } from '../modules/interactions/types.ts'
import type { HeldInteraction, Lease } from '../modules/workers/types.ts'
import { answerSchema, interactionSchema } from '../session/events.ts'
import { triesLeftOf } from '../session/fail-step.ts'
import { idempotencyKeyOf } from '../session/idempotency-key.ts'
import { titleOf } from '../session/title.ts'

const time = z.iso.datetime()

/** What somebody is asked for now. */
export const openInteractionSchema = z
  .object({
    interactionId: z.string(),
    sessionId: z.string(),
    stepId: z.string(),
    attempt: z.int(),
    ...interactionSchema.shape,
    command: z.unknown().optional().describe('What is to be done; absent where people are asked'),
    triesLeft: z
      .int()
      .optional()
      .describe('How often it is asked for again after an error; absent where people are asked'),
    askedAt: time,
    worker: z.string().optional().describe('Who has claimed it'),
    leaseUntil: time
      .optional()
      .describe(
        'How long whoever has it may have it: a worker, until its next heartbeat; a client, until it is asked for no more',
      ),
    expiresAt: time.optional().describe('When it is asked for no more'),
  })
  .meta({ id: 'Interaction' })

export type OpenInteractionView = z.output<typeof openInteractionSchema>

/** @param lease the one that a worker has on it */
export function openInteractionView(
  open: OpenInteraction,
  command?: Json,
  lease?: Lease,
): OpenInteractionView {
  const { session, stepId, attempt } = open
  const { id, askedAt, claims: _, holder, ...request } = open.interaction
  return {
    interactionId: id,
    sessionId: session.record.id,
    stepId,
    attempt,
    ...request,
    ...(command === undefined ? {} : { command }),
    ...triesOf(open),
    askedAt: new Date(askedAt).toISOString(),
    ...(holder === undefined ? {} : { worker: holder.worker }),
    ...timesOf(open, lease),
  }
}

function triesOf({ session: { state }, stepId, interaction }: OpenInteraction) {
  const { kind } = interaction
  if (kind !== 'client' && kind !== 'worker') return {}
  return { triesLeft: triesLeftOf(state, state.graph.indexOf.get(stepId) ?? -1) }
}

/** What a worker has taken. */
export const claimedInteractionSchema = openInteractionSchema
  .extend({
    worker: z.string(),
    leaseUntil: time.describe('Whose end a heartbeat puts off'),
    leaseMs: z.int().describe('How long each heartbeat keeps it'),
    idempotencyKey: z.string().describe('The same for all tries of the step'),
    correlationId: z.string(),
    traceparent: z.string().optional(),
  })
  .meta({ id: 'ClaimedInteraction' })

export function claimedInteractionView(
  held: HeldInteraction,
  command: Json,
): z.output<typeof claimedInteractionSchema> {
  const { session, stepId, lease } = held
  const { record, state } = session
  const index = state.graph.indexOf.get(stepId) ?? -1
  const isUndo = state.steps[index]?.undoing === true
  const { id: correlationId, traceparent } = record.correlation
  return {
    ...openInteractionView(held, command),
    worker: lease.worker,
    leaseUntil: new Date(lease.until).toISOString(),
    leaseMs: lease.leaseMs,
    idempotencyKey: idempotencyKeyOf(state, index, isUndo),
    correlationId,
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}

function timesOf({ interaction, expiresAt }: OpenInteraction, lease: Lease | undefined) {
  const leaseUntil = interaction.queue === undefined ? expiresAt : lease?.until
  return {
    ...(leaseUntil === undefined ? {} : { leaseUntil: new Date(leaseUntil).toISOString() }),
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  }
}

/** What the step that asks is called, or its sentence. */
export function stepWordsOf({ session, stepId }: OpenInteraction): string | undefined {
  const { plan, graph } = session.state
  const { name, text } = plan.steps[graph.indexOf.get(stepId) ?? -1] ?? {}
  return name ?? text
}

/** What somebody is asked for now, as a list shows it. */
export const inboxItemSchema = openInteractionSchema
  .omit({ command: true })
  .extend({
    preview: z.string().optional().describe('The beginning of what is to be done, as JSON'),
    step: z.string().optional().describe('What the step is called, or its sentence'),
    session: z.object({
      title: z.string().describe('What people see of it'),
      name: z.string().nullable(),
      workflow: z.string().optional().describe('The saved workflow it was started from'),
      labels: z.record(z.string(), z.string()).optional(),
    }),
  })
  .meta({ id: 'InboxItem' })

const PREVIEW_CHARS = 500

export function inboxItemView(open: OpenInteraction): z.output<typeof inboxItemSchema> {
  const { command, ...interaction } = open.interaction
  const { plan } = open.session.state
  const step = stepWordsOf(open)
  const json = command === undefined ? undefined : JSON.stringify(command)
  return {
    ...openInteractionView({ ...open, interaction }),
    ...(json === undefined ? {} : { preview: json.slice(0, PREVIEW_CHARS).toWellFormed() }),
    ...(step === undefined ? {} : { step }),
    session: {
      title: titleOf(plan),
      name: open.session.record.name,
      ...(plan.workflow === undefined ? {} : { workflow: plan.workflow.name }),
      ...(plan.labels === undefined ? {} : { labels: { ...plan.labels } }),
    },
  }
}

/** What was answered, as a list shows it. */
export const pastAnswerSchema = z
  .object({
    interactionId: z.string(),
    sessionId: z.string(),
    stepId: z.string(),
    kind: interactionSchema.shape.kind,
    status: answerSchema.shape.status,
    decision: answerSchema.shape.decision,
    actor: answerSchema.shape.actor,
    askedAt: time,
    answeredAt: time,
  })
  .meta({ id: 'PastAnswer' })

export function pastAnswerView({
  askedAt,
  at,
  ...answer
}: PastAnswer): z.output<typeof pastAnswerSchema> {
  const iso = (ms: number) => new Date(ms).toISOString()
  return { ...answer, askedAt: iso(askedAt), answeredAt: iso(at) }
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
