// biome-ignore-all lint/suspicious/noThenProperty: “then” is what users write, and none of these objects is awaited.
import { z } from 'zod'
import type { Json, JsonObject } from '../../json.ts'
import type { Executor, InputFault } from './types.ts'

const stepIds = z.union([z.string(), z.array(z.string())])

const input = z.strictObject({
  if: z.string().min(1).describe('A CEL expression that is true or false, without braces.'),
  then: stepIds.optional().describe('The steps to run when it is true, skipped otherwise.'),
  else: stepIds.optional().describe('The steps to run when it is false, skipped otherwise.'),
})

/** Chooses between steps: those of the branch that is not taken are skipped. */
export const conditionExecutor: Executor<z.output<typeof input>> = {
  name: 'condition',
  description: 'Evaluates an expression and takes the “then” or the “else” branch.',
  input,
  expressionFields: ['if'],
  safeToRepeat: () => true,
  estimateMs: () => 0,
  branches: ({ then: taken, else: other }) => ({ then: toIds(taken), else: toIds(other) }),
  check: checkBranches,
  async execute({ if: expression }, context) {
    const result = await context.evaluate(expression)
    if (typeof result === 'boolean') {
      return { status: 'succeeded', output: { result }, branch: result ? 'then' : 'else' }
    }
    return {
      status: 'error',
      code: 'EXPRESSION_FAILED',
      message: `“if” must be true or false, and is ${describe(result)}`,
      retryable: false,
    }
  },
}

function checkBranches({ then: taken, else: other }: JsonObject): readonly InputFault[] {
  const both = new Set(toIds(taken))
  return toIds(other)
    .filter((id) => both.has(id))
    .map((id) => ({
      path: ['else'],
      code: 'INVALID_VALUE',
      message: `Step "${id}" is in both branches`,
    }))
}

function toIds(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}

function describe(value: Json): string {
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
