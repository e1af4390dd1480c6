import { z } from 'zod'
import { hookEventTypes, type NewHook } from '../modules/hooks/types.ts'
import { secretName } from '../modules/outbound/types.ts'
import { MAX_VERSION, workflowNamePattern } from '../modules/workflows/types.ts'
import { labelsSchema } from '../plan/marks.ts'
import { stepIdPattern } from '../plan/step-schema.ts'
import { parseBody } from './parse-body.ts'

const MAX_INPUTS = 100
const MAX_EXPRESSION_CHARS = 4000

const expression = z.string().min(1).max(MAX_EXPRESSION_CHARS)
const workflowName = z.string().regex(workflowNamePattern, 'Expected the name of a saved workflow')

const webhookSchema = z.strictObject({
  secret: secretName
    .optional()
    .describe(
      'The name of the secret SECRET_<name> that callers sign with. Default: they need a key.',
    ),
  idempotency: expression
    .optional()
    .describe('An expression over `request`: calls for which it is the same start one session.'),
})

const eventsSchema = z.strictObject({
  types: z.array(z.enum(hookEventTypes)).min(1).max(hookEventTypes.length),
  workflow: workflowName.optional().describe('Sessions of this saved workflow only.'),
  labels: labelsSchema.optional().describe('Sessions that have all of these labels only.'),
})

const onSchema = z
  .strictObject({ webhook: webhookSchema.optional(), events: eventsSchema.optional() })
  .refine(({ webhook, events }) => (webhook === undefined) !== (events === undefined), {
    message: 'give one of webhook and events',
    params: { code: 'INVALID_VALUE' },
  })
  .describe('What fires it: calls from outside, or events of sessions.')

/** A hook as a caller may write it. */
export const hookBodySchema = z
  .strictObject({
    name: z.string().min(1).max(200).optional().describe('What people see.'),
    workflow: workflowName,
    version: z
      .int()
      .min(1)
      .max(MAX_VERSION)
      .optional()
      .describe('Of the saved workflow. Default: the current one.'),
    inputs: z
      .record(
        z.string().regex(stepIdPattern, 'Expected a name of letters, digits and _'),
        z.unknown(),
      )
      .refine((inputs) => Object.keys(inputs).length <= MAX_INPUTS, {
        message: `expected up to ${MAX_INPUTS} inputs`,
        params: { code: 'INVALID_VALUE' },
      })
      .default({})
      .describe(
        'What makes each input: a CEL expression over `request` or `event`, or a text with {{ … }}.',
      ),
    labels: labelsSchema.optional().describe('Of its sessions, put over those of the workflow.'),
    on: onSchema,
    when: expression
      .optional()
      .describe(
        'A CEL expression over `request` or `event`: nothing is started where it is false.',
      ),
    paused: z
      .boolean()
      .optional()
      .describe('Whether nothing is to fire. Default: false for a new one, else as it is.'),
  })
  .meta({ id: 'HookBody', description: 'What to start, and what with.' })

/** @throws StepstreamError with every fault found */
export function readHookBody(body: unknown): NewHook {
  const { workflow, version, inputs, labels, paused, ...rest } = parseBody(hookBodySchema, body)
  // As JSON has it: what was not posted is not there.
  const start = JSON.parse(JSON.stringify({ workflow, version, inputs, labels }))
  return { definition: { ...rest, start }, paused }
}
