import { z } from 'zod'
import { durationSchema } from '../duration-schema.ts'
import type { Executor } from '../modules/executors/types.ts'
import type { PlannedForEach, PlannedRepeat } from '../session/plan.ts'
import type { ExpressionCompiler } from './expressions.ts'
import type { Faults, Path } from './faults.ts'
import { compileAt, compileCondition, type PlacedExpression } from './references.ts'
import type { ParsedStep } from './step-schema.ts'

const DEFAULT_MAX_PARALLEL = 8
const DEFAULT_DELAY_MS = 1000
const DEFAULT_MAX_TIMES = 10

const itemsSchema = z.string().min(1).max(10_000)

export const forEachSchema = z
  .union([
    itemsSchema,
    z.strictObject({
      items: itemsSchema.describe('A CEL expression: a list of up to 10,000 items.'),
      maxParallel: z
        .int()
        .min(1)
        .max(100)
        .optional()
        .describe('How many items run side by side. Default: 8.'),
      maxFailures: z
        .int()
        .min(0)
        .max(10_000)
        .optional()
        .describe('How many items may fail without the step failing. Default: 0.'),
    }),
  ])
  .meta({
    id: 'ForEach',
    description:
      'Runs the step once for each item of a list, which expressions read as `item`, its place as `index`.',
  })

export const repeatSchema = z
  .strictObject({
    until: z
      .string()
      .min(1)
      .max(10_000)
      .describe('A CEL expression, which also reads the step’s own output.'),
    delay: durationSchema.optional().describe('How long to wait between. Default: 1s.'),
    maxTimes: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('How often at the most, the first time included. Default: 10.'),
  })
  .meta({ id: 'Repeat', description: 'Does the step again until a condition holds.' })

/** Compiles what a step is run for, and what it is repeated for, and says what does not go together. */
export function compileLoops(
  step: ParsedStep,
  executor: Executor | undefined,
  at: Path,
  expressions: ExpressionCompiler,
  faults: Faults,
): readonly PlacedExpression[] {
  const { forEach, repeat } = step
  const isList = typeof forEach === 'string'
  if (forEach !== undefined && executor?.branches !== undefined) {
    const message = 'a step that chooses between others runs once, not for each item'
    faults.add([...at, 'forEach'], 'INVALID_VALUE', message)
  }
  const list = forEach === undefined || isList ? forEach : forEach.items
  const listAt = isList ? [...at, 'forEach'] : [...at, 'forEach', 'items']
  return [
    ...(list === undefined ? [] : compileAt(list, listAt, expressions, faults)),
    ...(repeat === undefined
      ? []
      : compileCondition(repeat.until, [...at, 'repeat', 'until'], expressions, faults).map(
          (placed) => ({
            ...placed,
            may: {
              readOwnOutput: true as const,
              ...(list === undefined ? {} : { readItem: true as const }),
            },
          }),
        )),
  ]
}

/** Both as the plan carries them. */
export function toPlannedLoops({ forEach, repeat }: Pick<ParsedStep, 'forEach' | 'repeat'>): {
  forEach?: PlannedForEach
  repeat?: PlannedRepeat
} {
  const given = typeof forEach === 'string' ? { items: forEach } : forEach
  return {
    ...(given === undefined
      ? {}
      : {
          forEach: {
            items: given.items,
            maxParallel: given.maxParallel ?? DEFAULT_MAX_PARALLEL,
            maxFailures: given.maxFailures ?? 0,
          },
        }),
    ...(repeat === undefined
      ? {}
      : {
          repeat: {
            until: repeat.until,
            delayMs: repeat.delay ?? DEFAULT_DELAY_MS,
            maxTimes: repeat.maxTimes ?? DEFAULT_MAX_TIMES,
          },
        }),
  }
}
