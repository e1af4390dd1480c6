import { z } from 'zod'
import { parseDuration } from '../../src/duration.ts'
import { durationSchema } from '../../src/duration-schema.ts'
import { StepstreamError } from '../../src/errors.ts'
import type { Executor, ExecutorRegistry } from '../../src/modules/executors/types.ts'
import { createExpressions } from '../../src/plan/expressions.ts'
import { createPlanner } from '../../src/plan/planner.ts'
import type { CompiledPlan } from '../../src/plan/types.ts'

const ids = z.union([z.string(), z.array(z.string())]).optional()
const toIds = (value: unknown) =>
  typeof value === 'string' ? [value] : Array.isArray(value) ? (value as string[]) : []

const done = async () => ({ status: 'succeeded' }) as const

export const executors: readonly Executor[] = [
  {
    name: 'webhook',
    description: 'Sends a request.',
    input: z
      .strictObject({
        method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
        url: z.url(),
        headers: z.record(z.string(), z.string()).optional(),
        json: z.unknown().optional(),
        text: z.string().optional(),
        expect: z.array(z.int().min(100).max(599)).optional(),
        requestTimeout: durationSchema.optional(),
      })
      .refine((value) => value.json === undefined || value.text === undefined, {
        error: 'Give either json or text',
        path: ['text'],
      }),
    safeToRepeat: ({ method }) => method === undefined || method === 'GET' || method === 'HEAD',
    defaultMaxAttempts: ({ method }) => (method === undefined || method === 'GET' ? 3 : 1),
    execute: done,
  },
  {
    name: 'command',
    description: 'Runs a program.',
    input: z.strictObject({ run: z.array(z.string()).min(1), stdin: z.string().optional() }),
    safeToRepeat: () => false,
    check: ({ run }) =>
      Array.isArray(run) && run[0] === 'rm'
        ? [{ path: ['run', 0], code: 'COMMAND_NOT_ALLOWED', message: 'rm is not allowed' }]
        : [],
    execute: done,
  },
  {
    name: 'wait',
    description: 'Waits.',
    input: z
      .strictObject({
        for: durationSchema.optional(),
        until: z.iso.datetime({ offset: true }).optional(),
      })
      .refine((value) => (value.for === undefined) !== (value.until === undefined), {
        error: 'Give either for or until',
      }),
    safeToRepeat: () => true,
    estimateMs: (input) =>
      typeof input['for'] === 'string' && !input['for'].includes('{{')
        ? parseDuration(input['for'])
        : 0,
    execute: done,
  },
  {
    name: 'condition',
    description: 'Chooses.',
    input: z.strictObject({ if: z.string(), then: ids, else: ids }),
    safeToRepeat: () => true,
    estimateMs: () => 0,
    expressionFields: ['if'],
    branches: (input) => ({ then: toIds(input['then']), else: toIds(input['else']) }),
    execute: done,
  },
]

const registry: ExecutorRegistry = {
  get: (name) => executors.find((executor) => executor.name === name),
  list: () => executors,
}

export const planner = createPlanner({
  executors: registry,
  expressions: createExpressions(),
  limits: { maxSteps: 500 },
  defaults: { sessionTimeoutMs: 1_800_000, stepTimeoutMs: 300_000 },
  hasSecret: (name) => name === 'TOKEN',
  refuseUrl: (url) => (url.includes('169.254.') ? 'a cloud metadata address' : undefined),
})

/** A planner for graphs of any size. */
export const largePlanner = createPlanner({
  executors: registry,
  expressions: createExpressions(),
  limits: { maxSteps: 20_000 },
  defaults: { sessionTimeoutMs: 1_800_000, stepTimeoutMs: 300_000 },
  hasSecret: () => false,
})

export const compile = (body: unknown): CompiledPlan => planner.compile(body)

/** The faults of a body as "CODE pointer". */
export function faultsOf(body: unknown, by = planner): readonly string[] {
  return faultDetailsOf(body, by).map(({ code, pointer }) => `${code} ${pointer}`)
}

export function faultDetailsOf(body: unknown, by = planner) {
  try {
    by.compile(body)
  } catch (error) {
    if (error instanceof StepstreamError) return error.faults
    throw error
  }
  return []
}

/** What each step depends on, by id. */
export function linksOf(body: unknown): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(compile(body).plan.steps.map(({ id, dependsOn }) => [id, dependsOn]))
}

/** A step that waits, for tests about anything but what a step does. */
export const step = (id: string, more: Readonly<Record<string, unknown>> = {}) => ({
  id,
  uses: 'wait',
  with: { for: '1s' },
  ...more,
})

/** A step that chooses between others. */
export const choose = (id: string, yes: unknown, no: unknown, more: object = {}) => ({
  id,
  uses: 'condition',
  with: { if: 'true', then: yes, else: no },
  ...more,
})
