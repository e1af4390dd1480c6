import type { JsonObject } from '../json.ts'
import type { ExecutorRegistry } from '../modules/executors/types.ts'
import type { Plan } from '../session/plan.ts'
import { readBody, readDefinition } from './body.ts'
import { callsOf } from './calls.ts'
import { readConcurrency } from './concurrency.ts'
import { readDrafts } from './drafts.ts'
import { readEnvelope, readStepList } from './envelope.ts'
import type { ExpressionCompiler } from './expressions.ts'
import { Faults } from './faults.ts'
import { checkFinally } from './finally.ts'
import { linkSteps } from './graph.ts'
import { groupLimits, readGroups } from './groups.ts'
import { readInputs } from './inputs.ts'
import { knownIn } from './known.ts'
import { readMarks } from './marks.ts'
import { type OnEndChecks, readOnEnd } from './on-end.ts'
import { heaviestRun } from './order.ts'
import { pagesByName } from './pages.ts'
import { toPlannedStep } from './planned-step.ts'
import { readPriority } from './priority.ts'
import { checkReferences } from './references.ts'
import { revisePlan } from './revise.ts'
import { checkSanity } from './sanity.ts'
import { createUserPhrases } from './sentences/user-phrases.ts'
import { checkFilledIn, readStepDefaults } from './step-defaults.ts'
import { type CheckedStep, checkStep, holdsFor } from './steps.ts'
import { roomFor, sessionTimeout } from './timing.ts'
import type { CompiledPlan, PlanDefaults, Planner } from './types.ts'
import { checkVariableCount, impliedBy, readVariables, withImplied } from './variables.ts'
import { warningsOf } from './warnings.ts'

export interface PlannerOptions extends OnEndChecks {
  readonly executors: ExecutorRegistry
  readonly expressions: ExpressionCompiler
  readonly limits: { readonly maxSteps: number }
  /** What applies to a workflow or a step that says nothing, in ms. */
  readonly defaults: { readonly sessionTimeoutMs: number; readonly stepTimeoutMs: number }
  /** Whether the environment has `SECRET_<name>`. */
  hasSecret(name: string): boolean
  /** The AI connections that sentences can be left to which no rule reads. @default none */
  readonly ai?: { has(name?: string): boolean }
}

const DEFAULT_MAX_PARALLEL = 8

/** Makes the planner. It keeps nothing between bodies but compiled expressions. */
export function createPlanner(options: PlannerOptions): Planner {
  return {
    compile: (body, defaults = {}) => compile(body, readBody, defaults, options),
    check: (definition) => compile(definition, readDefinition, {}, options),
    revise: (plan, changes, isKept) => revisePlan(plan, changes, isKept, options),
  }
}

function compile(
  body: unknown,
  read: typeof readBody | typeof readDefinition,
  { priority: otherwise = 0 }: PlanDefaults,
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
  const variables = readVariables(envelope.vars, [...posted.workflowAt, 'vars'], faults)
  const marks = readMarks(envelope, posted, faults)
  const onEnd = readOnEnd(envelope.onEnd, posted, options, faults)
  const isStarted = posted.inputs !== undefined
  const keyScope = { inputs, labels: marks.labels ?? {}, declared, isStarted }
  const { concurrency: ofWorkflow } = envelope
  const concurrency = readConcurrency(ofWorkflow, posted, keyScope, options.expressions, faults)
  const priority = readPriority(envelope.priority, posted, otherwise, faults)

  const sessionMs = sessionTimeout(
    envelope.timeout,
    options.defaults.sessionTimeoutMs,
    posted.workflowAt,
    faults,
  )
  const defaultsAt = [...posted.workflowAt, 'stepDefaults']
  const given = posted.workflow['stepDefaults']
  const defaults = readStepDefaults(given, defaultsAt, options.executors, faults)
  const phrasesAt = [...posted.workflowAt, 'phrases']
  const drafts = readDrafts(rawSteps, posted.stepsAt, {
    defaults,
    phrases: createUserPhrases(envelope.phrases ?? {}, phrasesAt, faults),
    phrasesAt,
    sentences: { pages: pagesByName(envelope.pages), hasSecret: options.hasSecret },
    hasAi: options.ai?.has(envelope.browser?.ai) === true,
    maxSteps: options.limits.maxSteps,
    faults,
  })
  if (defaults.size > 0) {
    const inputs = drafts.flatMap(({ step, undo }) => [step?.with ?? {}, undo?.step?.with ?? {}])
    checkFilledIn(inputs, defaultsAt, faults)
  }
  const groupsAt = [...posted.workflowAt, 'groups']
  const groups = readGroups(envelope.groups, drafts, sessionMs, groupsAt, faults)
  const context = {
    executors: options.executors,
    expressions: options.expressions,
    defaultTimeoutMs: options.defaults.stepTimeoutMs,
    sessionMs,
    groupMs: groupLimits(groups),
    defaultMaxAttempts: 1,
    faults,
  }
  const steps = drafts.map((draft) =>
    checkStep(draft, { ...context, faults: faults.usedBy(draft.usedBy) }),
  )
  const parents = linkSteps(steps, faults)
  checkFinally(steps, groups, { steps: posted.stepsAt, groups: groupsAt }, faults)
  const implied = impliedBy(steps, envelope.vars)
  const vars = { ...implied, ...envelope.vars }
  checkVariableCount(vars, posted.stepsAt, faults)
  checkSet(steps, vars, faults)
  const names = { steps, parents, inputs: declared, vars, hasSecret: options.hasSecret }
  checkExpressions(steps, knownIn(names), faults)
  faults.throwIfAny()

  const sumUp = (weightOf: (step: CheckedStep) => number) =>
    heaviestRun(
      parents,
      (index) => steps[index]?.isFinally === true,
      (index) => (steps[index] === undefined ? 0 : weightOf(steps[index])),
    )
  const estimateMs = sumUp(({ ready }) => ready?.estimateMs ?? 0)
  const timeoutMs = envelope.timeout === undefined ? roomFor(estimateMs, sessionMs) : sessionMs
  const { workflowAt } = posted
  const onFailure = envelope.onFailure ?? 'fail_fast'
  return {
    plan: {
      ...(envelope.name === undefined ? {} : { name: envelope.name }),
      ...marks,
      ...(onEnd === undefined ? {} : { onEnd }),
      ...(concurrency === undefined ? {} : { concurrency }),
      ...(priority === 0 ? {} : { priority }),
      ...(envelope.browser === undefined ? {} : { browser: envelope.browser as JsonObject }),
      inputs,
      ...(envelope.inputs === undefined ? {} : { inputSchemas: envelope.inputs as JsonObject }),
      ...withImplied(variables, implied),
      ...(envelope.groups === undefined ? {} : { groups }),
      onFailure,
      ...(envelope.maxRecoveries === undefined ? {} : { maxRecoveries: envelope.maxRecoveries }),
      ...(envelope.startBy === undefined ? {} : { startByMs: envelope.startBy }),
      timeoutMs,
      maxParallel: envelope.maxParallel ?? DEFAULT_MAX_PARALLEL,
      steps: steps.map((step, index) => {
        const dependsOn = (parents[index] ?? []).map((parent) => steps[parent]?.id ?? '')
        const planned = toPlannedStep(step, dependsOn)
        if (!isLeftToItself(step)) return planned
        return { ...planned, timeoutMs: context.groupMs.get(step.group ?? '') ?? timeoutMs }
      }),
    } satisfies Plan,
    calls: callsOf(steps),
    warnings: warningsOf({
      steps,
      groups,
      onFailure,
      sumUp,
      sessionMs: timeoutMs,
      estimateMs,
      workflowAt,
    }),
    estimatedDurationMs: estimateMs,
  }
}

/** Its work has limits of its own, and nobody gave another one. */
function isLeftToItself({ draft, ready }: CheckedStep): boolean {
  if (ready === undefined || ready.unlimited || draft.step?.timeout !== undefined) return false
  const { worksElsewhere, waitsForPeople = false } = ready.executor
  return waitsForPeople || holdsFor(worksElsewhere, ready.input)
}

function checkSet(steps: readonly CheckedStep[], declared: object, faults: Faults): void {
  for (const { draft, at } of steps) {
    for (const name of Object.keys(draft.step?.set ?? {})) {
      if (Object.hasOwn(declared, name)) continue
      const message = `the workflow declares no variable "${name}"`
      faults.usedBy(draft.usedBy).add([...at, 'set', name], 'INVALID_VALUE', message)
    }
  }
}

function checkExpressions(
  steps: readonly CheckedStep[],
  knownTo: ReturnType<typeof knownIn>,
  faults: Faults,
): void {
  steps.forEach(({ expressions, draft }, index) => {
    const known = knownTo(index)
    const found = faults.usedBy(draft.usedBy)
    for (const placed of expressions) checkReferences(placed, known, found)
  })
}
