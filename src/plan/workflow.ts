import { z } from 'zod'
import { durationSchema } from '../duration-schema.ts'
import { browserOptionsSchema } from '../modules/browser/types.ts'
import { onFailureSchema } from '../session/plan.ts'
import { concurrencySchema } from './concurrency.ts'
import { labelsSchema, metadataSchema } from './marks.ts'
import { onEndSchema } from './on-end.ts'
import { pagesSchema } from './pages.ts'
import { prioritySchema } from './priority.ts'
import { stepDefaultsSchema } from './step-defaults.ts'
import { MAX_VARIABLES, sentenceSchema, stepIdPattern, stepSchema } from './step-schema.ts'

/** How many phrases a workflow may have, how long each may be, and how many steps it may stand for. */
const MAX_PHRASES = 100
const MAX_PHRASE_CHARS = 300
const MAX_PHRASE_STEPS = 100

const namedSchema = z.record(
  z.string().regex(stepIdPattern, 'Expected a name of letters, digits and _'),
  z.unknown(),
)

const maxParallelSchema = z.int().min(1).max(100)

const groupSchema = z
  .strictObject({
    maxParallel: maxParallelSchema
      .optional()
      .describe('How many of its steps run side by side. Default: the workflow’s.'),
    waitForAll: z
      .boolean()
      .optional()
      .describe(
        'False: what comes after it begins as soon as one of its steps has completed. Default: true.',
      ),
    onFailure: onFailureSchema
      .optional()
      .describe('What the failure of a step that says nothing itself does to the session.'),
    timeout: durationSchema
      .optional()
      .describe('The limit from its first start to its last end. Default: none of its own.'),
  })
  .meta({ id: 'Group', description: 'What holds for all steps of a group together.' })

const workflowFields = {
  name: z.string().min(1).max(200).optional().describe('What people see.'),
  description: z.string().max(10_000).optional().describe('For readers of the workflow.'),
  inputs: namedSchema
    .optional()
    .describe('The inputs the workflow takes: a JSON Schema for each name.'),
  vars: namedSchema
    .refine((declared) => Object.keys(declared).length <= MAX_VARIABLES, {
      message: `expected up to ${MAX_VARIABLES} variables`,
      params: { code: 'INVALID_VALUE' },
    })
    .optional()
    .describe(
      'The variables its steps set: a JSON Schema for each name, whose default is the first value.',
    ),
  groups: z
    .record(z.string().min(1).max(100), groupSchema)
    .optional()
    .describe('What holds for the steps of a group together, by its name.'),
  stepDefaults: stepDefaultsSchema
    .optional()
    .describe('What holds for the steps of a kind that say nothing themselves, by executor.'),
  labels: labelsSchema.optional().describe('What sessions are found by: up to 20 texts by key.'),
  metadata: metadataSchema.optional().describe('Whatever the caller keeps with it, up to 16 KiB.'),
  onEnd: onEndSchema.optional(),
  concurrency: concurrencySchema.optional(),
  priority: prioritySchema.optional(),
  pages: pagesSchema.optional(),
  browser: browserOptionsSchema.optional(),
  onFailure: onFailureSchema
    .optional()
    .describe(
      'What a failed step does to the session. fail_fast: ends it. continue: skips what depends on it. rollback: undoes what completed. escalate: waits for a person. Default: fail_fast.',
    ),
  maxRecoveries: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe(
      'How often in a row a crash of the service may cut a step off before the session is set aside. Default: 5.',
    ),
  startBy: durationSchema
    .optional()
    .describe('How long after it was posted a session must have its turn. Default: no limit.'),
  timeout: durationSchema
    .optional()
    .describe(
      'The limit of the session’s running time. Default: 30m, or twice the estimated duration.',
    ),
  maxParallel: maxParallelSchema
    .optional()
    .describe('How many steps run side by side. Default: 8.'),
}

function phrasesOf<Step extends z.ZodType>(step: Step) {
  return z
    .record(
      z.string().trim().min(1).max(MAX_PHRASE_CHARS),
      z.array(step).min(1).max(MAX_PHRASE_STEPS),
    )
    .refine((phrases) => Object.keys(phrases).length <= MAX_PHRASES, {
      message: `expected up to ${MAX_PHRASES} phrases`,
      params: { code: 'INVALID_VALUE' },
    })
}

/** A workflow without a look at its steps, which are checked one by one. */
export const envelopeSchema = z.strictObject({
  ...workflowFields,
  phrases: phrasesOf(z.unknown()).optional(),
  steps: z.array(z.unknown()),
})

export type Envelope = z.output<typeof envelopeSchema>

/** A workflow as a caller may write it. Documents the format; `Planner.compile` checks it. */
export const workflowSchema = z
  .strictObject({
    ...workflowFields,
    phrases: phrasesOf(z.union([sentenceSchema, stepSchema]))
      .optional()
      .describe(
        'Sentences of its own: a Cucumber expression for each, and the steps that it stands for, where <1> is its first argument.',
      ),
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
  onEnd: onEndSchema.optional().describe('In place of that of the workflow.'),
  concurrency: concurrencySchema.optional().describe('In place of that of the workflow.'),
  priority: prioritySchema.optional().describe('In place of that of the workflow.'),
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
