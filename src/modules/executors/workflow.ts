import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { CompiledPlan, Planner } from '../../plan/types.ts'
import type { Children } from '../children/types.ts'
import type { Executor, InputFault } from './types.ts'

export interface WorkflowExecutorOptions {
  readonly children: Pick<Children, 'start'>
  readonly planner: Pick<Planner, 'compile' | 'check'>
}

const json = z.unknown() as z.ZodType<Json>

const input = z.strictObject({
  workflow: z
    .union([z.string().min(1), z.array(json).min(1), z.record(z.string(), json)])
    .describe('The name of a saved workflow, or a workflow or a list of steps itself.'),
  version: z.int().min(1).optional().describe('Of a saved workflow. Default: the current one.'),
  inputs: z.record(z.string(), json).optional().describe('The values of its inputs.'),
  labels: z
    .record(z.string(), z.string())
    .optional()
    .describe('What its session is found by, put over those of the workflow.'),
})

/** Runs a workflow as a session of its own, and waits for its end. */
export function createWorkflowExecutor({
  children,
  planner,
}: WorkflowExecutorOptions): Executor<z.output<typeof input>> {
  // A workflow inside a step is compiled for several questions, and holds others perhaps.
  const compiled = new WeakMap<JsonObject, CompiledPlan | StepstreamError>()

  return {
    name: 'workflow',
    description: 'Runs a saved or inline workflow as a session of its own and waits for its end.',
    input,
    foreignFields: ['workflow'],
    keepsInput: true,
    worksElsewhere: true,
    safeToRepeat: () => true,
    check,
    estimateMs(given) {
      const plan = isInline(given) ? compile(given) : undefined
      return plan instanceof StepstreamError ? undefined : plan?.estimatedDurationMs
    },
    calls({ workflow: name, version }) {
      if (typeof name !== 'string' || name.includes('{{')) return undefined
      if (version === undefined) return { name, path: ['workflow'] }
      return typeof version === 'number' ? { name, version, path: ['version'] } : undefined
    },
    execute: (given, context) => children.start(given as Parameters<Children['start']>[0], context),
  }

  function check(given: JsonObject): readonly InputFault[] {
    if (!isInline(given)) return []
    if (given['version'] !== undefined) {
      const message = 'only a saved workflow, named by "workflow", has versions'
      return [{ path: ['version'], code: 'UNKNOWN_FIELD', message }]
    }
    const plan = compile(given)
    if (!(plan instanceof StepstreamError)) return []
    const before = isKnown(given) ? [] : ['workflow']
    return plan.faults.map(({ pointer, code, message }) => ({
      path: [...before, ...keysOf(pointer)],
      code,
      message,
    }))
  }

  function compile(given: JsonObject): CompiledPlan | StepstreamError {
    const known = compiled.get(given)
    if (known !== undefined) return known
    const plan = attempt(() =>
      isKnown(given) ? planner.compile(given) : planner.check(given['workflow']),
    )
    compiled.set(given, plan)
    return plan
  }
}

function attempt(compile: () => CompiledPlan): CompiledPlan | StepstreamError {
  try {
    return compile()
  } catch (error) {
    if (error instanceof StepstreamError) return error
    throw error
  }
}

function isInline({ workflow }: JsonObject): boolean {
  return typeof workflow === 'object'
}

/** Whether what is beside the workflow can be checked before the step runs. */
function isKnown({ inputs = {}, labels = {} }: JsonObject): boolean {
  return !JSON.stringify([inputs, labels]).includes('{{')
}

/** The keys of a JSON pointer (RFC 6901). */
function keysOf(pointer: string): string[] {
  const [, ...keys] = pointer.split('/')
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
}
