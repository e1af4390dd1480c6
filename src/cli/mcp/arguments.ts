import { z } from 'zod'

/** What several tools take. */
export const sessionId = z.string().describe('The session, such as ses_01M7…')

export const interactionId = z.string().describe('The interaction, such as int_01M7…')

export const reason = z.string().max(1000).optional().describe('Why, for the log')

export const cursor = z.string().optional().describe('`next` of the page before')

export const limit = z.int().min(1).max(200).default(20).describe('How many to list')

export const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, 'expected up to 255 visible ASCII characters')
  .optional()
  .describe(
    'A text of your own for this one start. A call that is repeated with it within 24 hours answers with the same session, so give one where you may have to repeat the call.',
  )

/** Anything that JSON can carry. */
export const json = z.unknown()

const hinted = (hint: Readonly<Record<string, unknown>>) => z.unknown().meta(hint)

/**
 * A workflow to start or to check, with the names that the API has for it, so that the pointers of
 * faults lead into the arguments. Loose: the service says what is wrong in better words than a
 * schema could.
 */
export const workflowArguments = {
  steps: hinted({
    type: 'array',
    description:
      'The steps, in order: sentences such as "Wait 2 seconds", "GET https://example.com", "Open https://example.com", "Type "Ada" into the Name field", "Click the Sign in button", "Check that "Welcome" is visible", or structured steps. A structured step names its executor in `uses` and that one’s input in `with` (list_executors has the schemas). Strings in `with` may contain {{ … }} and `when` is an expression, both CEL: {{ steps.fetch.output.body.id }}.',
    items: {
      anyOf: [
        { type: 'string' },
        {
          type: 'object',
          properties: {
            id: { type: 'string', description: 'Letters, digits and _; what others refer to' },
            uses: {
              type: 'string',
              description: 'The executor: webhook, command, wait, client, …',
            },
            with: { type: 'object', description: 'The input of the executor' },
            dependsOn: {
              type: 'array',
              items: { type: 'string' },
              description: 'Absent: the step before; []: starts at once',
            },
            when: { type: 'string', description: 'Skipped where this is false' },
            group: { type: 'string', description: 'Steps in a row of one group run side by side' },
            retry: { type: 'object', description: '{ maxAttempts, backoff, delay, … }' },
            timeout: { type: 'string', description: 'A duration with a unit, such as "30s"' },
            onFailure: { enum: ['fail_fast', 'continue', 'rollback', 'escalate'] },
            undo: { description: 'A sentence or { uses, with } that takes back what it did' },
          },
        },
      ],
    },
  }).optional(),
  workflow: hinted({
    description:
      'In place of `steps`: the name of a saved workflow, or a whole one, { name, inputs, onFailure, timeout, maxParallel, vars, groups, steps }, whose `inputs` declare a JSON Schema for each name.',
    anyOf: [{ type: 'string' }, { type: 'object' }],
  }).optional(),
  version: hinted({
    type: 'integer',
    description: 'Of a saved workflow. Default: the current one.',
  }).optional(),
  inputs: hinted({
    type: 'object',
    description: 'The values of the inputs that `workflow` declares',
  }).optional(),
  name: hinted({ type: 'string', description: 'What people see; goes with `steps`' }).optional(),
  labels: hinted({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'What the session is found by, up to 20 texts by key',
  }).optional(),
  metadata: hinted({ type: 'object', description: 'Whatever is to be kept with it' }).optional(),
}
