import { z } from 'zod'
import { durationSchema } from '../duration-schema.ts'
import { onFailureSchema, onInterruptedSchema } from '../session/plan.ts'
import { isObject } from './body.ts'
import { forEachSchema, repeatSchema } from './loops.ts'

/** How long a sentence may be, in characters. */
export const MAX_SENTENCE_CHARS = 2000

/** How many variables a workflow may have. */
export const MAX_VARIABLES = 100

/** How many variables one step may set. */
const MAX_SET = 20

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

/** A step in one of the sentences that are known (docs/sentences.md). */
export const sentenceSchema = z
  .string()
  .max(MAX_SENTENCE_CHARS)
  .meta({
    id: 'Sentence',
    description: 'A step as a plain sentence.',
    examples: ['Wait 2 seconds', 'GET https://example.com', 'Click the Sign in button'],
  })

const workFields = {
  uses: z.string().min(1).max(100).describe('The executor, one of GET /v1/executors.'),
  with: jsonObjectSchema
    .optional()
    .describe('What the executor gets; `{{ … }}` in any string is a CEL expression.'),
  retry: retrySchema.optional(),
  timeout: durationSchema.optional().describe('The limit of one attempt.'),
  onInterrupted: onInterruptedSchema
    .optional()
    .describe(
      'What an attempt means whose outcome a crash left unknown. Default: retry if it is safe to repeat.',
    ),
}

/** An undo after a sentence is written out. */
export const undoSchema = z.strictObject(workFields).meta({
  id: 'Undo',
  description: 'What takes back the effect of a step; its expressions also read the step’s output.',
})

const stepFields = {
  id: stepIdSchema.optional().describe('Unique in the workflow. Default: step1, step2, …'),
  name: z.string().max(200).optional().describe('What people see.'),
  ...workFields,
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
  onFailure: onFailureSchema
    .optional()
    .describe(
      'What its failure does to the session. Default: as its group’s or the workflow’s onFailure says.',
    ),
  idleTimeout: durationSchema
    .optional()
    .describe('How long an attempt may tell nothing, neither output nor progress.'),
  breakBefore: z
    .boolean()
    .optional()
    .describe('It begins only when somebody lets it, for a look at what is so far.'),
  forEach: forEachSchema.optional(),
  repeat: repeatSchema.optional(),
  finally: z
    .boolean()
    .optional()
    .describe('It runs when all other steps have settled, however the session ends.'),
  set: z
    .record(z.string(), z.string().min(1))
    .refine((set) => Object.keys(set).length <= MAX_SET, {
      message: `expected up to ${MAX_SET} variables`,
      params: { code: 'INVALID_VALUE' },
    })
    .optional()
    .describe('Variables it sets when it completes: a CEL expression for each name.'),
}

/** A step after its short forms are written out: what every step is checked against, its undo apart. */
export const parsedStepSchema = z.strictObject({ ...stepFields, undo: z.unknown().optional() })

export type ParsedStep = z.output<typeof parsedStepSchema>

/** A step as a caller may write it. */
export const stepSchema = z
  .strictObject({
    ...stepFields,
    dependsOn: z.union([z.string(), stepFields.dependsOn]).optional(),
    undo: z
      .union([sentenceSchema, undoSchema])
      .optional()
      .describe('What takes back its effect in a rollback.'),
  })
  .meta({ id: 'Step', description: 'One unit of work: an executor and what it gets.' })
