import type { JsonObject } from '../json.ts'
import type { ExecutorRegistry } from '../modules/executors/types.ts'
import type { Plan, PlannedStep } from '../session/plan.ts'
import { type PostedBody, readBody, readDefinition } from './body.ts'
import { readDrafts } from './drafts.ts'
import type { ExpressionCompiler } from './expressions.ts'
import { Faults } from './faults.ts'
import { linkSteps } from './graph.ts'
import { readInputs } from './inputs.ts'
import { addIssues } from './issues.ts'
import { readMarks } from './marks.ts'
import { ancestry, heaviestPath, topologicalOrder } from './order.ts'
import { checkReferences } from './references.ts'
import { revisePlan } from './revise.ts'
import { checkSanity } from './sanity.ts'
import { type CheckedStep, checkStep } from './steps.ts'
import { roomFor, sessionTimeout } from './timing.ts'
import type { CompiledPlan, Planner } from './types.ts'
import { warningsOf } from './warnings.ts'
import { type Envelope, envelopeSchema } from './workflow.ts'

export interface PlannerOptions {
  readonly executors: ExecutorRegistry
  readonly expressions: ExpressionCompiler
  readonly limits: { readonly maxSteps: number }
  /** What applies to a workflow or a step that says nothing, in ms. */
  readonly defaults: { readonly sessionTimeoutMs: number; readonly stepTimeoutMs: number }
  /** Whether the environment has `SECRET_<name>`. */
  hasSecret(name: string): boolean
}

const DEFAULT_MAX_PARALLEL = 8

/** Makes the planner. It keeps nothing between bodies but compiled expressions. */
export function createPlanner(options: PlannerOptions): Planner {
  return {
    compile: (body) => compile(body, readBody, options),
    check: (definition) => compile(definition, readDefinition, options),
    revise: (plan, changes, isKept) => revisePlan(plan, changes, isKept, options),
  }
}

function compile(
  body: unknown,
  read: typeof readBody | typeof readDefinition,
  options: PlannerOptions,
): CompiledPlan {
  const faults = new Faults()
  if (body !== undefined) checkSanity(body, [], faults)
  faults.throwIfAny()

  const posted = read(body, faults)
  if (posted === undefined) return faults.fail()
  const envelope = readEnvelope(posted, faults)
  const rawSteps = readStepList(posted, options.limits.maxSteps, faults)

  const declaredAt = [...posted.workflowAt, 'inputs']
  const declared = envelope.inputs ?? {}
  const inputs = readInputs(declared, posted.inputs, declaredAt, faults)
  const marks = readMarks(envelope, posted, faults)

  const sessionMs = sessionTimeout(
    envelope.timeout,
    options.defaults.sessionTimeoutMs,
    posted.workflowAt,
    faults,
  )
  const context = {
    executors: options.executors,
    expressions: options.expressions,
    defaultTimeoutMs: options.defaults.stepTimeoutMs,
    sessionMs,
    faults,
  }
  const drafts = readDrafts(rawSteps, posted.stepsAt, faults)
  const steps = drafts.map((draft) => checkStep(draft, context))
  const parents = linkSteps(steps, faults)
  checkExpressions(steps, parents, declared, options, faults)
  faults.throwIfAny()

  const order = topologicalOrder(parents)
  const estimateMs = heaviestPath(order, parents, (index) => steps[index]?.ready?.estimateMs ?? 0)
  const timeoutMs = envelope.timeout === undefined ? roomFor(estimateMs, sessionMs) : sessionMs
  const { workflowAt } = posted
  return {
    plan: {
      ...(envelope.name === undefined ? {} : { name: envelope.name }),
      ...marks,
      inputs,
      ...(envelope.inputs === undefined ? {} : { inputSchemas: envelope.inputs as JsonObject }),
      onFailure: envelope.onFailure ?? 'fail_fast',
      timeoutMs,
      maxParallel: envelope.maxParallel ?? DEFAULT_MAX_PARALLEL,
      steps: steps.map((step, index) => toPlanned(step, parents[index] ?? [], steps)),
    } satisfies Plan,
    warnings: warningsOf({ steps, parents, order, sessionMs: timeoutMs, estimateMs, workflowAt }),
    estimatedDurationMs: estimateMs,
  }
}

/** The workflow's own fields; none of them when one has a fault, so that the steps are still read. */
function readEnvelope(posted: PostedBody, faults: Faults): Partial<Envelope> {
  const parsed = envelopeSchema.safeParse(posted.workflow)
  if (parsed.success) return parsed.data
  const { workflow } = posted
  // What stands in `steps`, or is missing there, is reported with the steps.
  const issues = parsed.error.issues.filter(({ path: [field] }) => field !== 'steps')
  addIssues(issues, workflow, posted.workflowAt, faults)
  return readableEnvelope(workflow)
}

/** The declared inputs alone, so that expressions that read them are not reported as well. */
function readableEnvelope(workflow: PostedBody['workflow']): Partial<Envelope> {
  const { inputs } = workflow
  const parsed = envelopeSchema.shape.inputs.safeParse(inputs)
  return parsed.success && parsed.data !== undefined ? { inputs: parsed.data } : {}
}

function readStepList(
  { workflow, stepsAt }: PostedBody,
  maxSteps: number,
  faults: Faults,
): readonly unknown[] {
  const { steps } = workflow
  if (Array.isArray(steps) && steps.length > maxSteps) {
    faults.add(stepsAt, 'TOO_MANY_STEPS', `${steps.length} steps; ${maxSteps} are allowed`)
  } else if (Array.isArray(steps) && steps.length > 0) return steps
  else if (steps === undefined) faults.add(stepsAt, 'MISSING_FIELD', 'a workflow needs "steps"')
  else if (Array.isArray(steps)) faults.add(stepsAt, 'NO_STEPS', 'there are no steps')
  else faults.add(stepsAt, 'WRONG_TYPE', 'expected an array of steps')
  return []
}

function checkExpressions(
  steps: readonly CheckedStep[],
  parents: readonly (readonly number[])[],
  declared: Readonly<Record<string, unknown>>,
  options: PlannerOptions,
  faults: Faults,
): void {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index] as const))
  const isAncestor = ancestry(parents)
  steps.forEach(({ id, expressions }, index) => {
    for (const placed of expressions) {
      checkReferences(
        placed,
        {
          stepId: id,
          hasStep: (name) => indexOf.has(name),
          isAncestor: (name) => isAncestor(indexOf.get(name) ?? -1, index),
          hasInput: (name) => Object.hasOwn(declared, name),
          hasSecret: options.hasSecret,
        },
        faults,
      )
    }
  })
}

function toPlanned(
  { draft, ready, branches }: CheckedStep,
  parents: readonly number[],
  steps: readonly CheckedStep[],
): PlannedStep {
  if (ready === undefined || draft.step === undefined) {
    throw new Error(`step ${draft.id} has faults that were not reported`)
  }
  const { step, text } = draft
  return {
    id: draft.id,
    ...(step.name === undefined ? {} : { name: step.name }),
    uses: step.uses,
    with: ready.input,
    ...(text === undefined ? {} : { text }),
    dependsOn: parents.map((index) => steps[index]?.id ?? ''),
    ...(step.when === undefined ? {} : { when: step.when }),
    ...(step.group === undefined ? {} : { group: step.group }),
    retry: ready.retry,
    timeoutMs: ready.timeoutMs,
    onInterrupted: ready.onInterrupted,
    ...(step.onFailure === undefined ? {} : { onFailure: step.onFailure }),
    ...(branches === undefined ? {} : { branches }),
  }
}
