import { z } from 'zod'
import { durationSchema } from '../duration.ts'
import { onFailureSchema, onInterruptedSchema } from '../session/plan.ts'
import { isObject } from './body.ts'
import { labelsSchema, metadataSchema } from './marks.ts'

/** How long a sentence may be, in characters. */
export const MAX_SENTENCE_CHARS = 2000

/** What a step may be called, so that `steps.<id>` reads in expressions. */
export const stepIdPattern = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

const stepIdSchema = z
  .string()
  .regex(stepIdPattern, 'Expected a letter or _ followed by up to 63 letters, digits or _')

const jsonObjectSchema = z
  .unknown()
  .refine(isObject, { message: 'expected an object', params: { code: 'WRONG_TYPE' } })
  .meta({ type: 'object', additionalProperties: true })

const retrySchema = z
  .strictObject({
    maxAttempts: z.int().min(1).max(100).optional().describe('How many tries, the first included.'),
    backoff: z
      .enum(['fixed', 'linear', 'exponential', 'random'])
      .optional()
      .describe('How the delay grows. Default: exponential.'),
    delay: durationSchema.optional().describe('The first delay. Default: 1s.'),
    maxDelay: durationSchema.optional().describe('The longest delay. Default: 30s, or the delay.'),
    multiplier: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('What an exponential delay grows by. Default: 2.'),
    jitter: z.boolean().optional().describe('Whether delays vary at random. Default: true.'),
  })
  .meta({ id: 'RetryPolicy', description: 'When and how often a failed step is tried again.' })

const stepFields = {
  id: stepIdSchema.optional().describe('Unique in the workflow. Default: step1, step2, …'),
  name: z.string().max(200).optional().describe('What people see.'),
  uses: z.string().min(1).max(100).describe('The executor, one of GET /v1/executors.'),
  with: jsonObjectSchema
    .optional()
    .describe('What the executor gets; `{{ … }}` in any string is a CEL expression.'),
  dependsOn: z
    .array(z.string())
    .max(10_000)
    .optional()
    .describe('Steps that must settle first. Absent: the step before. Empty: none.'),
  when: z
    .string()
    .min(1)
    .optional()
    .describe('A CEL expression; the step is skipped when it is false.'),
  group: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('Steps in a row with the same group run side by side.'),
  retry: retrySchema.optional(),
  timeout: durationSchema.optional().describe('The limit of one attempt.'),
  onFailure: onFailureSchema
    .optional()
    .describe('What its failure does to the session. Default: as the workflow’s onFailure says.'),
  onInterrupted: onInterruptedSchema
    .optional()
    .describe(
      'What an attempt means whose outcome a crash left unknown. Default: retry if the step is safe to repeat.',
    ),
}

/** A step after its short forms are written out: what every step is checked against. */
export const parsedStepSchema = z.strictObject(stepFields)

export type ParsedStep = z.output<typeof parsedStepSchema>

/** A step as a caller may write it. */
export const stepSchema = z
  .strictObject({
    ...stepFields,
    dependsOn: z.union([z.string(), stepFields.dependsOn]).optional(),
  })
  .meta({ id: 'Step', description: 'One unit of work: an executor and what it gets.' })

const workflowFields = {
  name: z.string().min(1).max(200).optional().describe('What people see.'),
  description: z.string().max(10_000).optional().describe('For readers of the workflow.'),
  inputs: z
    .record(
      z.string().regex(stepIdPattern, 'Expected a name of letters, digits and _'),
      z.unknown(),
    )
    .optional()
    .describe('The inputs the workflow takes: a JSON Schema for each name.'),
  labels: labelsSchema.optional().describe('What sessions are found by: up to 20 texts by key.'),
  metadata: metadataSchema.optional().describe('Whatever the caller keeps with it, up to 16 KiB.'),
  onFailure: onFailureSchema
    .optional()
    .describe(
      'What a failed step does to the session. fail_fast: ends it. continue: skips what depends on it. escalate: waits for a person. Default: fail_fast.',
    ),
  timeout: durationSchema
    .optional()
    .describe(
      'The limit of the session’s running time. Default: 30m, or twice the estimated duration.',
    ),
  maxParallel: z
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('How many steps run side by side. Default: 8.'),
}

/** A workflow without a look at its steps, which are checked one by one. */
export const envelopeSchema = z.strictObject({
  ...workflowFields,
  steps: z.array(z.unknown()),
})

export type Envelope = z.output<typeof envelopeSchema>

/** A step in one of the sentences that the phrase book knows. */
export const sentenceSchema = z
  .string()
  .max(MAX_SENTENCE_CHARS)
  .meta({
    id: 'Sentence',
    description: 'A step as a plain sentence.',
    examples: ['Wait 2 seconds', 'GET https://example.com'],
  })

/** A workflow as a caller may write it. Documents the format; `Planner.compile` checks it. */
export const workflowSchema = z
  .strictObject({
    ...workflowFields,
    steps: z.array(z.union([sentenceSchema, stepSchema])).min(1),
  })
  .meta({ id: 'Workflow', description: 'Steps plus defaults.' })

/** Every body that `Planner.check` takes. */
export const definitionBodySchema = z
  .union([workflowSchema, z.array(z.union([sentenceSchema, stepSchema])).min(1)])
  .meta({ id: 'WorkflowDefinition', description: 'A workflow, or a bare list of steps.' })

const startFields = {
  inputs: z.record(z.string(), z.unknown()).optional(),
  labels: labelsSchema.optional().describe('Put over those of the workflow, key by key.'),
  metadata: metadataSchema.optional().describe('Put over that of the workflow, field by field.'),
}

/** Every body that starts a session; `Planner.compile` takes all but the name of a saved workflow. */
export const workflowBodySchema = z
  .union([
    workflowSchema,
    z.array(z.union([sentenceSchema, stepSchema])).min(1),
    z.strictObject({
      workflow: z.union([workflowSchema, z.array(z.union([sentenceSchema, stepSchema])).min(1)]),
      ...startFields,
    }),
    z.strictObject({
      workflow: z.string().describe('The name of a saved workflow'),
      version: z.int().min(1).optional().describe('Default: the current one.'),
      ...startFields,
    }),
  ])
  .meta({
    id: 'WorkflowBody',
    description:
      'A workflow, a bare list of steps, or a workflow, or the name of a saved one, with the values of its inputs, labels and metadata.',
  })
