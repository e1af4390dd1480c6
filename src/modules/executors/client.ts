import { z } from 'zod'
import type { Json } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { Interactions } from '../interactions/types.ts'
import { schemaFaults } from './schema-faults.ts'
import type { Executor } from './types.ts'

export interface ClientExecutorOptions {
  readonly interactions: Pick<Interactions, 'ask'>
  readonly schemas: Pick<Schemas, 'check'>
}

const json = z.unknown() as z.ZodType<Json>

const verdicts = ['continue', 'retry', 'fail', 'escalate']

/** Like a try at a webhook: somebody has to do it again. */
export const CLIENT_MAX_ATTEMPTS = 3

export const queueSchema = z
  .string()
  .regex(/^[A-Za-z0-9_.:-]{1,100}$/)
  .describe('1 to 100 letters, digits, or any of _ . : -')

const input = z.strictObject({
  command: json.describe('What is to be done: any JSON, such as { "run": ["make", "test"] }.'),
  resultSchema: z
    .record(z.string(), json)
    .optional()
    .describe('The JSON Schema that the output of a result must fit.'),
  queue: queueSchema
    .optional()
    .describe(
      'Who serves this queue may claim it; without one it is for whoever drives the session.',
    ),
  onWarning: z
    .string()
    .min(1)
    .optional()
    .describe(
      'What a warning means: continue, retry, fail, escalate, or a CEL expression over the output that comes to one of them. Default: continue.',
    ),
})

/** Has somebody outside do the work, and waits for the result. */
export function createClientExecutor(
  options: ClientExecutorOptions,
): Executor<z.output<typeof input>> {
  const { interactions, schemas } = options
  return {
    name: 'client',
    description: 'Has a client or a worker do something where it is, and waits for the result.',
    input,
    verdictFields: { onWarning: verdicts },
    foreignFields: ['resultSchema'],
    keepsInput: true,
    worksElsewhere: true,
    safeToRepeat: () => true,
    defaultMaxAttempts: () => CLIENT_MAX_ATTEMPTS,
    estimateMs: () => undefined,
    check: ({ resultSchema }) => schemaFaults('resultSchema', resultSchema, schemas),
    execute: ({ command, resultSchema, queue, onWarning }, context) =>
      interactions.ask(
        {
          kind: queue === undefined ? 'client' : 'worker',
          command,
          ...(queue === undefined ? {} : { queue }),
          ...(resultSchema === undefined ? {} : { resultSchema }),
          ...(onWarning === undefined ? {} : { onWarning }),
        },
        context,
      ),
  }
}
