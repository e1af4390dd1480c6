import { z } from 'zod'
import type { CurrentSession } from '../modules/session-coordinator/types.ts'
import { concurrencySchema } from '../plan/concurrency.ts'
import { prioritySchema } from '../plan/priority.ts'
import {
  originSchema,
  countsSchema as stepCountsSchema,
  stepErrorSchema,
} from '../session/events.ts'
import { wakeAtOf } from '../session/next.ts'
import type { Plan } from '../session/plan.ts'
import { percentOf } from '../session/progress.ts'
import { plannedAt, type SessionState, type StepState } from '../session/state.ts'
import { sessionStatuses, stepStatuses } from '../session/status.ts'
import { titleOf } from '../session/title.ts'
import type { LogExtent, SessionListing } from '../store/types.ts'

const time = z.iso.datetime()
const output = z.unknown().describe('The value, or { artifact, bytes, preview } for a large one')

const workflowSchema = z
  .object({ name: z.string(), version: z.int() })
  .describe('The saved workflow it was started from')
const startedBySchema = z
  .object({
    batch: z.string().optional(),
    schedule: z.string().optional(),
    hook: z.string().optional(),
    session: z.string().optional().describe('The parent: the session is one of its steps'),
  })
  .describe('What started it, by its id; absent where somebody did')

const labelsSchema = z.record(z.string(), z.string()).describe('Absent where there are none')

export const countsSchema = stepCountsSchema.meta({ id: 'StepCounts' })

export const stepViewSchema = z
  .object({
    id: z.string(),
    uses: z.string(),
    text: z.string().optional(),
    status: z.enum(stepStatuses),
    attempt: z.int().describe('0 before the first'),
    dependsOn: z.array(z.string()),
    group: z.string().optional(),
    when: z.string().optional(),
    held: z.literal(true).optional().describe('Somebody keeps it from beginning'),
    startedAt: time.optional(),
    endedAt: time.optional(),
    resumeAt: time.optional(),
    child: z.string().optional().describe('The session that it started last'),
    interaction: z.string().optional().describe('What it asks of somebody outside now'),
    output: output.optional(),
    keptFrom: z
      .object({ sessionId: z.string(), attempt: z.int() })
      .optional()
      .describe('The session and the attempt that did the work, if it was not this one'),
    error: stepErrorSchema.optional(),
    undoError: stepErrorSchema.optional().describe('Why it could not be undone'),
  })
  .meta({ id: 'StepView' })

const titleSchema = z
  .string()
  .describe('What people see of it: its name, that of its workflow, or what its steps begin with')

export const sessionViewSchema = z
  .object({
    sessionId: z.string(),
    status: z.enum(sessionStatuses),
    title: titleSchema,
    name: z.string().nullable(),
    workflow: workflowSchema.optional(),
    labels: labelsSchema.optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
    startedBy: startedBySchema.optional(),
    onFailure: z.string(),
    concurrency: concurrencySchema.optional(),
    priority: prioritySchema.optional(),
    createdAt: time,
    startedAt: time.optional(),
    endedAt: time.optional(),
    wakeAt: time.optional().describe('When a timer brings it on'),
    forkedFrom: originSchema.optional().describe('The session that it goes on from'),
    correlationId: z.string(),
    variables: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Absent where none is declared'),
    counts: countsSchema,
    percent: z.number(),
    error: stepErrorSchema.optional().describe('The first step failure'),
    steps: z.array(stepViewSchema),
    stream: z
      .object({ first: z.int(), next: z.int(), ended: z.boolean() })
      .describe('The seq of the first event that is kept and of the next to come'),
    links: z.object({ self: z.string(), events: z.string() }),
  })
  .meta({ id: 'Session' })

export type SessionView = z.infer<typeof sessionViewSchema>

export const sessionListingSchema = z
  .object({
    sessionId: z.string(),
    status: z.enum(sessionStatuses),
    title: titleSchema,
    name: z.string().nullable(),
    workflow: workflowSchema.optional(),
    labels: labelsSchema.optional(),
    startedBy: startedBySchema.optional(),
    priority: prioritySchema.optional(),
    totalSteps: z.int(),
    createdAt: time,
    endedAt: time.nullable(),
    wakeAt: time.nullable(),
  })
  .meta({ id: 'SessionListing' })

/** What the answer to a control command says. */
export const statusViewSchema = z
  .object({ sessionId: z.string(), status: z.enum(sessionStatuses), counts: countsSchema })
  .meta({ id: 'SessionStatus' })

export function sessionView({ record, state }: CurrentSession, extent: LogExtent): SessionView {
  const wakeAt = wakeAtOf(state)
  return {
    sessionId: state.id,
    status: state.status,
    title: titleOf(state.plan),
    name: record.name,
    ...(state.plan.workflow === undefined ? {} : { workflow: state.plan.workflow }),
    ...marksOf(state.plan),
    ...(record.correlation.startedBy === undefined
      ? {}
      : { startedBy: record.correlation.startedBy }),
    onFailure: state.plan.onFailure,
    ...(state.plan.concurrency === undefined ? {} : { concurrency: state.plan.concurrency }),
    ...(state.plan.priority === undefined ? {} : { priority: state.plan.priority }),
    createdAt: iso(record.createdAt),
    ...times(state),
    ...(wakeAt === undefined || state.status !== 'waiting' ? {} : { wakeAt: iso(wakeAt) }),
    ...(state.forkedFrom === undefined ? {} : { forkedFrom: state.forkedFrom }),
    correlationId: record.correlation.id,
    ...variablesOf(state),
    counts: state.counts,
    percent: percentOf(state.counts),
    ...(state.failure === undefined ? {} : { error: state.failure.error }),
    steps: state.steps.map((step, index) => stepView(state, step, index)),
    stream: { first: extent.first, next: extent.next, ended: extent.ended },
    links: linksOf(state.id),
  }
}

export function statusView(state: SessionState): z.infer<typeof statusViewSchema> {
  return { sessionId: state.id, status: state.status, counts: state.counts }
}

export function listingView(listing: SessionListing): z.infer<typeof sessionListingSchema> {
  const { id, status, title, name, priority, totalSteps, createdAt, endedAt, wakeAt } = listing
  const { workflow, workflowVersion: version, labels, startedBy } = listing
  return {
    sessionId: id,
    status,
    title: title || name || workflow || id,
    name,
    ...(workflow === null || version === null ? {} : { workflow: { name: workflow, version } }),
    ...(Object.keys(labels).length === 0 ? {} : { labels: { ...labels } }),
    ...(Object.keys(startedBy).length === 0 ? {} : { startedBy }),
    ...(priority === 0 ? {} : { priority }),
    totalSteps,
    createdAt: iso(createdAt),
    endedAt: endedAt === null ? null : iso(endedAt),
    wakeAt: wakeAt === null || status !== 'waiting' ? null : iso(wakeAt),
  }
}

function variablesOf({ variables }: SessionState) {
  if (variables.size === 0) return {}
  const entries = [...variables].map(([name, { value }]) => [name, value] as const)
  return { variables: Object.fromEntries(entries) }
}

/** A plan's labels and metadata, where it has any. */
export function marksOf({ labels, metadata }: Plan) {
  return {
    ...(labels === undefined ? {} : { labels: { ...labels } }),
    ...(metadata === undefined ? {} : { metadata: { ...metadata } }),
  }
}

export function linksOf(sessionId: string): { self: string; events: string } {
  const self = `/v1/sessions/${sessionId}`
  return { self, events: `${self}/events` }
}

function stepView(
  state: SessionState,
  step: StepState,
  index: number,
): z.infer<typeof stepViewSchema> {
  const { id, uses, text, dependsOn, group, when } = plannedAt(state, index)
  return {
    id,
    uses,
    ...(text === undefined ? {} : { text }),
    status: step.status,
    attempt: step.attempt,
    dependsOn: [...dependsOn],
    ...(group === undefined ? {} : { group }),
    ...(when === undefined ? {} : { when }),
    ...(step.held === undefined ? {} : { held: step.held }),
    ...times(step),
    ...(step.resumeAt === undefined ? {} : { resumeAt: iso(step.resumeAt) }),
    ...(step.waits?.last.kind === 'session' ? { child: step.waits.last.id } : {}),
    ...(step.interaction === undefined ? {} : { interaction: step.interaction.id }),
    ...(step.output === undefined ? {} : { output: step.output }),
    ...(step.kept === undefined ? {} : { keptFrom: keptFrom(step.kept) }),
    ...(step.error === undefined ? {} : { error: step.error }),
    ...(step.undoError === undefined ? {} : { undoError: step.undoError }),
  }
}

function keptFrom({ sessionId, attempt }: NonNullable<StepState['kept']>) {
  return { sessionId, attempt }
}

function times(of: { readonly startedAt?: number; readonly endedAt?: number }) {
  return {
    ...(of.startedAt === undefined ? {} : { startedAt: iso(of.startedAt) }),
    ...(of.endedAt === undefined ? {} : { endedAt: iso(of.endedAt) }),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
