import { z } from 'zod'
import { browserActionSchema } from '../../src/modules/browser-actions/types.ts'
import type { Executor, ExecutorRegistry } from '../../src/modules/executors/types.ts'
import { createExpressions } from '../../src/plan/expressions.ts'
import { createPlanner, type PlannerOptions } from '../../src/plan/planner.ts'
import { isComplaint } from '../../src/plan/sentences/phrase.ts'
import { readSentence } from '../../src/plan/sentences/phrase-book.ts'
import { executors as others } from './planning.ts'

const done = async () => ({ status: 'succeeded' }) as const

/** What the planner needs to know of the kinds of step that sentences come to. */
const executors: readonly Executor[] = [
  ...others,
  {
    name: 'browser',
    description: 'Acts on a page.',
    input: browserActionSchema,
    safeToRepeat: () => false,
    keepsInput: true,
    sets: ({ do: action, as }) => (action === 'extract' && typeof as === 'string' ? [as] : []),
    execute: done,
  },
  {
    name: 'approval',
    description: 'Asks people.',
    input: z.strictObject({ prompt: z.string() }),
    safeToRepeat: () => true,
    execute: done,
  },
  {
    name: 'signal',
    description: 'Waits for what happens outside.',
    input: z.strictObject({ name: z.string() }),
    safeToRepeat: () => true,
    execute: done,
  },
  {
    name: 'ai',
    description: 'Reaches a goal.',
    input: z.strictObject({ goal: z.string().min(1) }),
    safeToRepeat: () => false,
    keepsInput: true,
    execute: done,
  },
]

const registry: ExecutorRegistry = {
  get: (name) => executors.find((executor) => executor.name === name),
  list: () => executors,
}

export function browserPlanner(options: Partial<PlannerOptions> = {}) {
  return createPlanner({
    executors: registry,
    expressions: createExpressions(),
    limits: { maxSteps: 500 },
    defaults: { sessionTimeoutMs: 1_800_000, stepTimeoutMs: 300_000 },
    hasSecret: (name) => name === 'TOKEN',
    ...options,
  })
}

/** What a sentence comes to: the action of the browser, or another kind of step; a string when it is refused. */
export function readingOf(
  sentence: string,
  pages: ReadonlyMap<string, string> = new Map(),
): unknown {
  const reading = readSentence(sentence, { pages, hasSecret: (name) => name === 'TOKEN' })
  if (isComplaint(reading)) return reading.code
  return reading.uses === 'browser' ? reading.with : { uses: reading.uses, ...reading.with }
}
