import type { JsonObject } from '../json.ts'
import type { Plan, PlannedStep } from '../session/plan.ts'
import type { Draft } from './drafts.ts'
import { Faults } from './faults.ts'
import type { PlanChanges, StepChange } from './fork-request.ts'
import { groupLimits } from './groups.ts'
import { readInputs } from './inputs.ts'
import { knownIn } from './known.ts'
import { heaviestRun } from './order.ts'
import { isTolerant } from './planned-step.ts'
import type { PlannerOptions } from './planner.ts'
import { checkReferences } from './references.ts'
import { type CheckedStep, checkStep, estimateOf } from './steps.ts'
import type { CompiledPlan } from './types.ts'
import { impliedBy, withImplied } from './variables.ts'

/**
 * A compiled plan with some of its inputs and steps replaced: what is new is checked as if it had
 * been posted with the workflow, the rest is taken as it is.
 */
export function revisePlan(
  plan: Plan,
  changes: PlanChanges,
  isKept: (stepId: string) => boolean,
  options: PlannerOptions,
): CompiledPlan {
  const faults = new Faults()
  const inputs = revisedInputs(plan, changes, faults)
  const indexOf = new Map(plan.steps.map(({ id }, index) => [id, index] as const))
  const parents = plan.steps.map(({ dependsOn }) => dependsOn.map((id) => indexOf.get(id) ?? -1))
  const knownTo = knownIn({
    steps: plan.steps.map(({ id, uses, finally: isFinally = false }) => ({
      id,
      isFinally,
      pushesBack: options.executors.get(uses)?.pushesBack === true,
    })),
    parents,
    inputs: plan.inputs,
    vars: plan.vars ?? {},
    hasSecret: options.hasSecret,
  })
  const steps = plan.steps.slice()
  const revised: CheckedStep[] = []
  for (const [id, change] of Object.entries(changes.steps ?? {})) {
    const index = indexOf.get(id)
    const step = index === undefined ? undefined : steps[index]
    if (index === undefined || step === undefined) {
      faults.add(['steps', id], 'UNKNOWN_STEP', `the session has no step "${id}"`)
    } else if (isKept(id)) {
      const message = `step "${id}" is kept and does not run again, so it cannot be changed`
      faults.add(['steps', id], 'INVALID_VALUE', message)
    } else {
      const revision = revise(step, change, plan, options, faults)
      revised.push(revision.checked)
      const known = knownTo(index)
      for (const placed of revision.checked.expressions) checkReferences(placed, known, faults)
      steps[index] = revision.step
    }
  }
  faults.throwIfAny()
  const estimate = (index: number) => {
    const step = steps[index]
    if (step === undefined || isKept(step.id)) return 0
    return estimateOf(options.executors.get(step.uses), step.with)
  }
  return {
    plan: { ...plan, inputs, steps, ...withImplied(plan, impliedBy(revised, plan.vars)) },
    calls: [],
    warnings: [],
    estimatedDurationMs: heaviestRun(parents, (index) => steps[index]?.finally === true, estimate),
  }
}

function revisedInputs(plan: Plan, { inputs }: PlanChanges, faults: Faults): JsonObject {
  if (inputs === undefined) return plan.inputs
  // A plan of an earlier version keeps the values alone: what they must be is not known any more.
  const declared = plan.inputSchemas ?? Object.fromEntries(namesOf(plan).map((name) => [name, {}]))
  return readInputs(declared, { ...plan.inputs, ...inputs }, ['inputs'], faults)
}

function namesOf({ inputs }: Plan): string[] {
  return Object.keys(inputs)
}

interface Revision {
  readonly step: PlannedStep
  readonly checked: CheckedStep
}

/** Checks the changed step as if it had been posted, and puts the changes in place. */
function revise(
  step: PlannedStep,
  change: StepChange,
  { timeoutMs: sessionMs, groups }: Plan,
  { executors, expressions }: PlannerOptions,
  faults: Faults,
): Revision {
  const context = {
    executors,
    expressions,
    defaultTimeoutMs: step.timeoutMs,
    sessionMs,
    groupMs: groupLimits(groups),
    defaultMaxAttempts: 1,
    faults,
  }
  const input = (change.with as JsonObject | undefined) ?? step.with
  const when = change.when ?? step.when
  const checked = checkStep(draftOf(step, { ...change, with: input, when }), context)
  const { ready } = checked
  if (ready === undefined) return { step, checked }
  if (!sameBranches(checked, step)) {
    const message = 'the branches of a condition cannot be changed'
    faults.add(['steps', step.id, 'with'], 'INVALID_VALUE', message)
  }
  const unsaid = checkStep(draftOf(step, { with: step.with }), { ...context, faults: new Faults() })
  const { text, unlimited, tolerant: _, ...rest } = step
  const revised = {
    ...rest,
    // A step whose input is another one is no longer what its sentence says.
    ...(text === undefined || change.with !== undefined ? {} : { text }),
    with: ready.input,
    ...(when === undefined ? {} : { when }),
    ...(isTolerant(checked) ? { tolerant: true as const } : {}),
    retry:
      change.retry !== undefined || same(step.retry, unsaid.ready?.retry)
        ? ready.retry
        : step.retry,
    timeoutMs: ready.timeoutMs,
    ...(unlimited === undefined || change.timeout !== undefined ? {} : { unlimited }),
    // What nobody gave follows from the input, so it follows the new one.
    onInterrupted: same(step.onInterrupted, unsaid.ready?.onInterrupted)
      ? ready.onInterrupted
      : step.onInterrupted,
  }
  return { step: revised, checked }
}

/** The step as if it had been posted with these fields. */
function draftOf(
  { id, uses, dependsOn, group, forEach }: PlannedStep,
  fields: StepChange & { readonly with: JsonObject },
): Draft {
  const at = ['steps', id]
  return {
    id,
    at,
    step: {
      uses,
      ...(group === undefined ? {} : { group }),
      ...(forEach === undefined ? {} : { forEach }),
      ...fields,
    },
    dependsOn,
    fieldAt: (field) => [...at, field],
    withAt: (path) => [...at, 'with', ...path],
    dependencyAt: (index) => [...at, 'dependsOn', index],
  }
}

function sameBranches({ branches }: CheckedStep, step: PlannedStep): boolean {
  return same(
    [branches?.then ?? [], branches?.else ?? []],
    [step.branches?.then ?? [], step.branches?.else ?? []],
  )
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
