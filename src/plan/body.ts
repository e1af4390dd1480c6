import { type Faults, type Path, quote } from './faults.ts'

/** What was posted, told apart: the workflow as an object, its inputs, and where its parts stood. */
export interface PostedBody {
  readonly workflow: Readonly<Record<string, unknown>>
  readonly workflowAt: Path
  readonly stepsAt: Path
  /** Undefined: they come when it is started. */
  readonly inputs: Readonly<Record<string, unknown>> | undefined
  /** As they stood beside the workflow, not looked at yet. */
  readonly labels?: unknown
  readonly metadata?: unknown
  readonly onEnd?: unknown
  readonly concurrency?: unknown
  readonly priority?: unknown
}

/**
 * Takes a workflow object, a bare array of steps, or `{ workflow, inputs }` with what stands beside them.
 * Undefined when it is none of them; the fault says so.
 */
export function readBody(body: unknown, faults: Faults): PostedBody | undefined {
  if (!isObject(body) || !Object.hasOwn(body, 'workflow')) return readWorkflow(body, [], {}, faults)
  const { workflow, inputs = {}, labels, metadata, onEnd, concurrency, priority, ...unknown } = body
  for (const field of Object.keys(unknown)) {
    faults.add(
      [field],
      'UNKNOWN_FIELD',
      'beside "workflow" only "inputs", "labels", "metadata", "onEnd", "concurrency" and "priority" are known',
    )
  }
  if (!isObject(inputs)) {
    faults.add(['inputs'], 'WRONG_TYPE', `expected an object of input values, got ${quote(inputs)}`)
  }
  const posted = readWorkflow(workflow, ['workflow'], isObject(inputs) ? inputs : {}, faults)
  return posted && { ...posted, labels, metadata, onEnd, concurrency, priority }
}

/** Takes a workflow object or a bare array of steps, to be started later. */
export function readDefinition(body: unknown, faults: Faults): PostedBody | undefined {
  return readWorkflow(body, [], undefined, faults)
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readWorkflow(
  workflow: unknown,
  at: Path,
  inputs: Record<string, unknown> | undefined,
  faults: Faults,
): PostedBody | undefined {
  if (Array.isArray(workflow)) {
    return { workflow: { steps: workflow }, workflowAt: at, stepsAt: at, inputs }
  }
  if (isObject(workflow)) {
    return { workflow, workflowAt: at, stepsAt: [...at, 'steps'], inputs }
  }
  if (workflow === undefined) {
    faults.add(at, 'EMPTY_BODY', 'expected a workflow object or an array of steps')
  } else {
    faults.add(
      at,
      'WRONG_TYPE',
      `expected a workflow object or an array of steps, got ${quote(workflow)}`,
    )
  }
  return undefined
}
