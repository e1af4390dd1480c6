import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { Interactions } from '../interactions/types.ts'
import { schemaFaults } from './schema-faults.ts'
import type { Executor } from './types.ts'

export interface ApprovalExecutorOptions {
  readonly interactions: Pick<Interactions, 'ask'>
  readonly schemas: Pick<Schemas, 'check'>
}

const json = z.unknown() as z.ZodType<Json>

const input = z.strictObject({
  prompt: z.string().min(1).max(10_000).describe('What is asked, as plain text.'),
  schema: z
    .record(z.string(), json)
    .optional()
    .describe('The JSON Schema that the output of an approval must fit.'),
  approvers: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Who may answer: names of keys, or of people that the holder of a key names. Default: anybody whose key is good for it.',
    ),
  onTimeout: z
    .enum(['fail', 'approve', 'reject', 'escalate'])
    .optional()
    .describe('What it means when nobody answers within the timeout. Default: fail.'),
})

/** Asks a person, who approves, rejects, or sends the session back. */
export function createApprovalExecutor(
  options: ApprovalExecutorOptions,
): Executor<z.output<typeof input>> {
  const { interactions, schemas } = options
  return {
    name: 'approval',
    description: 'Asks people, and waits until one of them approves or rejects.',
    input,
    foreignFields: ['schema'],
    keepsInput: true,
    waits: true,
    waitsForPeople: true,
    pushesBack: true,
    safeToRepeat: () => true,
    estimateMs: () => undefined,
    check: ({ schema }) => schemaFaults('schema', schema, schemas),
    execute: ({ prompt, schema, approvers, onTimeout }, context) =>
      interactions.ask(
        {
          kind: 'approval',
          prompt,
          ...(schema === undefined ? {} : { resultSchema: schema }),
          ...(approvers === undefined ? {} : { approvers }),
          ...(onTimeout === undefined ? {} : { onTimeout }),
        },
        context,
      ),
  }
}
