import { z } from 'zod'
import { type ErrorCode, errors } from '../errors.ts'
import type { Json } from '../json.ts'
import { type ObservedType, observedData } from './observed.ts'

/** Any JSON value; documented as such, since only what is JSON already gets here. */
const json = z.unknown() as z.ZodType<Json>

/** Why a step or a session failed, with what to do about it. */
export const stepErrorSchema = z.object({
  id: z.string().optional().describe('Names this occurrence; absent in logs from before it was'),
  code: z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  category: z.enum(['validation', 'execution', 'integration', 'system', 'user']),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  retryable: z.boolean(),
  recoverable: z
    .boolean()
    .optional()
    .describe('Whether the session can go on, or be retried, once the cause is gone'),
  suggestedAction: z.string(),
  causes: z
    .array(z.object({ code: z.string().optional(), message: z.string() }))
    .optional()
    .describe('What led to it, the nearest first'),
  /** What the executor knows besides: the status, the exit code, a preview of the response. */
  details: z.record(z.string(), json).optional(),
})

export type StepError = z.infer<typeof stepErrorSchema>

/** What stands in an event for a value that is too large for it. */
export const artifactRefSchema = z.object({
  artifact: z.string().describe('Id; fetch it from /v1/artifacts/:id'),
  bytes: z.int(),
  preview: z.string(),
})

export type ArtifactRef = z.infer<typeof artifactRefSchema>

/** What a person may make of a step that waits or has failed. */
export const stepActions = ['retry', 'skip', 'complete', 'fail'] as const

export type StepAction = (typeof stepActions)[number]

/**
 * A step's output: the value itself, or where to fetch it. Both say what they are: of a union, the API description keeps
 * only what has something to say.
 */
const outputSchema = z.union([
  artifactRefSchema.describe('Where to fetch it, if it is large'),
  json.describe('The value itself'),
])

/** Whom outside a step waits for. */
export const awaitsSchema = z.object({
  kind: z
    .enum(['session', 'interaction'])
    .describe(
      'session: one that the step has started, a child of this one; interaction: what somebody outside is asked for',
    ),
  id: z.string(),
})

export type Awaits = z.infer<typeof awaitsSchema>

/** Who is asked, and how they answer. */
export const interactionKinds = ['client', 'worker', 'approval', 'signal', 'escalation'] as const

/** What somebody outside is asked for. */
export const interactionSchema = z.object({
  kind: z
    .enum(interactionKinds)
    .describe(
      'client: whoever drives the session asks for it; worker: whoever serves the queue claims it; approval: a person decides; signal: it waits for a signal; escalation: a person says what becomes of a step that failed',
    ),
  prompt: z.string().optional().describe('What a person is asked'),
  approvers: z
    .array(z.string())
    .optional()
    .describe('Who may answer: names of keys, or of people that the holder of a key names'),
  onTimeout: z
    .enum(['fail', 'approve', 'reject', 'escalate'])
    .optional()
    .describe('What it means when nobody answers in time'),
  resumes: z
    .literal(true)
    .optional()
    .describe(
      'An approval does not complete the step: it goes on, with one more attempt that counts against nothing',
    ),
  signal: z.string().optional().describe('The name of the signal that it waits for'),
  failure: z
    .object({ code: z.string(), message: z.string() })
    .optional()
    .describe('Why the step failed that a person is asked about'),
  queue: z.string().optional().describe('Who serves this queue may claim it, and nobody else'),
  command: outputSchema.optional().describe('What is to be done'),
  resultSchema: z
    .record(z.string(), json)
    .optional()
    .describe('The JSON Schema that the output of a result must fit'),
  onWarning: z
    .string()
    .optional()
    .describe('What a warning means: one of four words, or the expression that says which'),
})

export type InteractionRequest = z.infer<typeof interactionSchema>

/** What a person may say to an approval. */
export const approvalDecisions = ['approve', 'reject', 'push_back'] as const

/** What a person may decide. */
export const decisions = [...approvalDecisions, ...stepActions] as const

/** What somebody made of what they were asked for. */
export const answerSchema = z.object({
  status: z.enum(['ok', 'warning', 'error']).optional().describe('What came of work, or a signal'),
  decision: z.enum(decisions).optional().describe('What a person decided'),
  note: z.string().optional().describe('What they say about it'),
  toStep: z.string().optional().describe('Where a push back goes on from'),
  signalId: z.string().optional().describe('The signal that answered it'),
  output: outputSchema.optional(),
  error: z.object({ code: z.string().optional(), message: z.string() }).optional(),
  worker: z.string().optional().describe('Who had claimed it'),
  actor: z.string().optional().describe('Who it was, or whose key it came with'),
})

export type Answer = z.infer<typeof answerSchema>

/** How many steps a session has, and how many ended how. */
export const countsSchema = z.object({
  total: z.int(),
  completed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  cancelled: z.int(),
  undone: z.int().optional().describe('Absent where none were'),
})

/** The session another one was forked from, and the first step that runs again if one was named. */
export const originSchema = z.object({ sessionId: z.string(), fromStep: z.string().optional() })

export type Origin = z.infer<typeof originSchema>

const time = z.iso.datetime()
const kind = z
  .enum(['failed', 'error'])
  .describe('failed: the goal was not met; error: an exception or a limit')
const who = { reason: z.string().optional() }

/** Every event there is: its data by its type. `docs/events.md` and `openapi.yaml` come from here. */
export const eventData = {
  'session.created': z.object({
    name: z.string().optional(),
    totalSteps: z.int(),
    onFailure: z.string(),
    correlationId: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    forkedFrom: originSchema.optional().describe('The session that it goes on from'),
  }),
  'session.started': z.object({}),
  'session.progress': countsSchema.extend({ percent: z.number() }),
  'session.waiting': z.object({
    until: time.optional(),
    steps: z.array(z.string()),
    held: z.array(z.string()).optional().describe('Those of the steps that are paused'),
    escalated: z.array(z.string()).optional().describe('Those of the steps that wait for a person'),
    concurrency: z
      .string()
      .optional()
      .describe('It has not begun, because as many sessions of this key run as may'),
  }),
  'session.paused': z.object({
    ...who,
    setAside: z
      .literal(true)
      .optional()
      .describe('Crashes cut a step off too often: a person has to take it up'),
  }),
  'session.resumed': z.object(who),
  'session.cancelling': z.object({
    cause: z
      .enum(['requested', 'failure', 'timeout', 'rollback', 'concurrency'])
      .describe('Why the running attempts are being stopped'),
    ...who,
  }),
  'session.rolling_back': z.object({
    cause: z.enum(['failure', 'timeout', 'requested']),
    steps: z
      .array(z.string())
      .describe('The steps that have an undo and completed, in the order in which they are undone'),
    ...who,
  }),
  'session.finalizing': z.object({
    steps: z.array(z.string()).describe('The steps that run last, whatever happened'),
  }),
  'session.completed': z.object({
    status: z.enum(['completed', 'completed_with_errors']),
    durationMs: z.number(),
    steps: countsSchema,
  }),
  'session.failed': z.object({
    stepId: z.string().optional(),
    error: stepErrorSchema,
    durationMs: z.number(),
    steps: countsSchema,
  }),
  'session.cancelled': z.object({ ...who, durationMs: z.number(), steps: countsSchema }),
  'step.started': z.object({ uses: z.string(), text: z.string().optional() }),
  'step.output': z.object({
    stream: z.enum(['stdout', 'stderr']),
    text: z.string(),
    truncated: z.boolean().optional(),
  }),
  'step.progress': z.object({ percent: z.number().optional(), message: z.string().optional() }),
  'step.retrying': z.object({ kind, error: stepErrorSchema, delayMs: z.number(), resumeAt: time }),
  'step.repeating': z.object({
    times: z.int().describe('How often it was done'),
    output: outputSchema.optional(),
    delayMs: z.number(),
    resumeAt: time,
  }),
  'step.expanded': z.object({
    count: z.int().describe('How many items it runs for; their ids are `step[0]` and so on'),
    items: outputSchema,
  }),
  'step.waiting': z.object({
    until: time.optional(),
    awaits: awaitsSchema
      .optional()
      .describe('Whose end it waits for; it fails when that does not come by `until`'),
    forPeople: z
      .literal(true)
      .optional()
      .describe('The session that it waits for waits for people: its time stands still meanwhile'),
    output: outputSchema.optional(),
    escalated: z
      .object({ kind, error: stepErrorSchema })
      .optional()
      .describe('It failed, and a person has to say what becomes of it'),
  }),
  'interaction.created': interactionSchema.extend({ interactionId: z.string() }),
  'interaction.claimed': z.object({
    interactionId: z.string(),
    worker: z.string(),
    claim: z.int().describe('1 for the first, and one more each time it is claimed'),
  }),
  'interaction.released': z.object({
    interactionId: z.string(),
    worker: z.string(),
    claim: z.int(),
    reason: z
      .enum(['lease_lost', 'returned', 'paused'])
      .describe(
        'lease_lost: the worker fell silent; returned: it gave it back; paused: its session was paused',
      ),
  }),
  'interaction.answered': answerSchema.extend({
    interactionId: z.string(),
    digest: z.string().describe('Of the answer as it came: the same one again changes nothing'),
  }),
  'interaction.expired': z.object({ interactionId: z.string() }),
  'signal.received': z.object({
    signalId: z.string(),
    name: z.string(),
    payload: outputSchema.optional(),
    actor: z.string().optional().describe('Whose key it came with'),
    digest: z
      .string()
      .optional()
      .describe('Of the signal, where its sender gave the id: the same one again changes nothing'),
  }),
  'step.rewound': z.object({
    toStep: z.string(),
    steps: z.array(z.string()).describe('All that are open again, this one included'),
    output: outputSchema.describe('What their expressions read as the output of this step'),
  }),
  'step.paused': z.object({ actor: z.string().optional(), ...who }),
  'step.resumed': z.object({ actor: z.string().optional(), ...who }),
  'step.resolved': z.object({
    action: z.enum(stepActions),
    actor: z.string().optional().describe('Who said so'),
    reason: z.string().optional(),
  }),
  'step.completed': z.object({
    output: outputSchema.optional(),
    branch: z.enum(['then', 'else']).optional(),
    durationMs: z.number(),
  }),
  'step.failed': z.object({ kind, error: stepErrorSchema, durationMs: z.number() }),
  'step.skipped': z.object({
    reason: z.enum([
      'condition_false',
      'branch_not_taken',
      'dependency_failed',
      'session_failed',
      'resolved',
    ]),
    because: z.string().optional().describe('The step it follows from'),
  }),
  'step.cancelled': z.object({
    reason: z.enum(['session_cancelled', 'session_failed']),
    details: z.record(z.string(), json).optional(),
  }),
  'step.continuing': z.object({
    interactionId: z.string().optional().describe('What was answered, so that it goes on'),
  }),
  'step.concluding': z.object({ output: outputSchema.optional() }),
  'step.undoing': z.object({ uses: z.string(), text: z.string().optional() }),
  'step.undone': z.object({ output: outputSchema.optional(), durationMs: z.number() }),
  'step.undo_failed': z.object({ kind, error: stepErrorSchema, durationMs: z.number() }),
  'variable.updated': z.object({ name: z.string(), value: json }),
  'step.kept': z.object({
    output: outputSchema.optional(),
    branch: z.enum(['then', 'else']).optional(),
    durationMs: z.number(),
    from: z
      .object({ sessionId: z.string(), attempt: z.int() })
      .describe('The session and the attempt that did the work'),
  }),
  'step.interrupted': z.object({ reason: z.enum(['crash', 'shutdown']) }),
  ...observedData,
} as const

export type EventType = keyof typeof eventData

type DataOf = { [T in EventType]: z.infer<(typeof eventData)[T]> }

/** Events about one step carry its id; those about one try also carry the attempt. */
type Subject<T extends EventType> = T extends
  | `step.${string}`
  | `interaction.${string}`
  | ObservedType
  | 'variable.updated'
  ? { readonly stepId?: string; readonly attempt?: number }
  : unknown

/** A fact about a session before the log gives it its `seq`. `at` is an ISO 8601 time. */
export type SessionEvent = {
  [T in EventType]: { readonly type: T; readonly at: string; readonly data: DataOf[T] } & Subject<T>
}[EventType]

/** An event as the log keeps it and every stream shows it. */
export type LoggedEvent = SessionEvent & { readonly seq: number; readonly sessionId: string }

/** The three events that end a session; exactly one of them is the last of every ended log. */
export const finalEventTypes: ReadonlySet<EventType> = new Set<EventType>([
  'session.completed',
  'session.failed',
  'session.cancelled',
])
