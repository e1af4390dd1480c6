import { z } from 'zod'
import type { Json, JsonObject } from '../../json.ts'
import type { Schemas } from '../../plan/types.ts'
import type { Interactions } from '../interactions/types.ts'
import { schemaFaults } from './schema-faults.ts'
import type { Executor, InputFault } from './types.ts'

export interface SignalExecutorOptions {
  readonly interactions: Pick<Interactions, 'ask'>
  readonly schemas: Pick<Schemas, 'check'>
}

const json = z.unknown() as z.ZodType<Json>

/** What a signal may be called. */
export const signalNamePattern = /^[A-Za-z0-9_.:-]{1,100}$/

const input = z.strictObject({
  name: z
    .string()
    .regex(signalNamePattern)
    .describe('1 to 100 letters, digits, or any of _ . : - as it is, no expression.'),
  schema: z
    .record(z.string(), json)
    .optional()
    .describe('The JSON Schema that the payload of a signal must fit.'),
})

/** Waits until somebody outside signals that something has happened. */
export function createSignalExecutor(
  options: SignalExecutorOptions,
): Executor<z.output<typeof input>> {
  const { interactions, schemas } = options
  return {
    name: 'signal',
    description: 'Waits until a signal of a name is sent to the session.',
    input,
    foreignFields: ['schema'],
    keepsInput: true,
    waits: true,
    waitsForPeople: true,
    safeToRepeat: () => true,
    estimateMs: () => undefined,
    check: ({ name, schema }) => [...nameFaults(name), ...schemaFaults('schema', schema, schemas)],
    execute: ({ name, schema }, context) =>
      interactions.ask(
        { kind: 'signal', signal: name, ...(schema === undefined ? {} : { resultSchema: schema }) },
        context,
      ),
  }
}

/** Whoever signals must be told at once whether anybody waits for it. */
function nameFaults(name: JsonObject[string] | undefined): readonly InputFault[] {
  if (typeof name !== 'string' || !name.includes('{{')) return []
  const message = 'the name of a signal cannot be an expression'
  return [{ path: ['name'], code: 'INVALID_VALUE', message }]
}
