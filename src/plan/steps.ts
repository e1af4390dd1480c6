import type { Json, JsonObject } from '../json.ts'
import type { Executor, ExecutorRegistry } from '../modules/executors/types.ts'
import type { OnInterrupted, RetryPolicy } from '../session/plan.ts'
import type { Draft } from './drafts.ts'
import type { ExpressionCompiler } from './expressions.ts'
import type { Faults, Path } from './faults.ts'
import type { Branches, GraphStep } from './graph.ts'
import { addIssues } from './issues.ts'
import {
  compileAt,
  compileCondition,
  compileTemplates,
  isReplaced,
  type PlacedExpression,
} from './references.ts'
import { retryPolicy, stepTimeout } from './timing.ts'

/** A step with its executor found, its input checked and its defaults filled in, not yet linked. */
export interface CheckedStep extends GraphStep {
  readonly draft: Draft
  readonly expressions: readonly PlacedExpression[]
  /** Undefined when the step has a fault. */
  readonly ready: ReadyStep | undefined
}

interface ReadyStep {
  readonly executor: Executor
  readonly input: JsonObject
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  readonly onInterrupted: OnInterrupted
  readonly estimateMs: number
}

export interface StepContext {
  readonly executors: ExecutorRegistry
  readonly expressions: ExpressionCompiler
  readonly defaultTimeoutMs: number
  readonly sessionMs: number
  readonly faults: Faults
}

/** How long a step is reckoned to take whose executor has no estimate. */
const DEFAULT_ESTIMATE_MS = 1000

/** Checks one step against its executor and compiles its expressions. */
export function checkStep(draft: Draft, context: StepContext): CheckedStep {
  const { step, at } = draft
  const { expressions, faults } = context
  const executor = step === undefined ? undefined : findExecutor(step.uses, at, context)
  const input = step?.with ?? {}
  const isValid = executor !== undefined && isValidInput(executor, input, draft, faults)
  const bareFields = executor?.expressionFields ?? []
  return {
    id: draft.id,
    at,
    draft,
    dependsOn: draft.dependsOn,
    dependencyAt: draft.dependencyAt,
    group: step?.group,
    branches: isValid ? executor.branches?.(input) : undefined,
    branchAt: (branch, index) => draft.withAt(branchPath(input[branch], branch, index)),
    expressions: [
      ...(step?.when === undefined
        ? []
        : compileCondition(step.when, [...at, 'when'], expressions, faults)),
      ...bareFields.flatMap((field) => {
        const text = input[field]
        return typeof text === 'string'
          ? compileAt(text, draft.withAt([field]), expressions, faults)
          : []
      }),
      ...compileTemplates(input, bareFields, draft.withAt, expressions, faults),
    ],
    ready: isValid ? fillDefaults(executor, input, draft, context) : undefined,
  }
}

/** A branch may be written as one name or as a list. */
function branchPath(value: Json | undefined, branch: keyof Branches, index: number): Path {
  return Array.isArray(value) ? [branch, index] : [branch]
}

function findExecutor(
  name: string,
  at: Path,
  { executors, faults }: StepContext,
): Executor | undefined {
  const executor = executors.get(name)
  if (executor === undefined) {
    const names = executors.list().map((known) => known.name)
    faults.add(
      [...at, 'uses'],
      'UNKNOWN_EXECUTOR',
      `there is no executor "${name}"; there are ${names.join(', ')}`,
    )
  }
  return executor
}

/** Expressions stand for any value until they are resolved, so nothing is held against them. */
function isValidInput(
  executor: Executor,
  input: JsonObject,
  draft: Draft,
  faults: Faults,
): boolean {
  const parsed = executor.input.safeParse(input)
  const before = faults.count
  if (!parsed.success) {
    addIssues(parsed.error.issues, input, [], faults, {
      locate: draft.withAt,
      ignore: (path) => isReplaced(input, path),
    })
  }
  if (faults.count > before) return false
  for (const { path, code, message } of executor.check?.(input) ?? []) {
    faults.add(draft.withAt(path), code, message)
  }
  return faults.count === before
}

function fillDefaults(
  executor: Executor,
  input: JsonObject,
  { step, at, withAt }: Draft,
  { defaultTimeoutMs, sessionMs, faults }: StepContext,
): ReadyStep {
  const timeouts = { given: step?.timeout, byDefault: defaultTimeoutMs, sessionMs }
  return {
    executor,
    input,
    retry: retryPolicy(step?.retry, executor.defaultMaxAttempts?.(input) ?? 1),
    timeoutMs: stepTimeout(timeouts, input, { step: at, with: withAt }, faults),
    onInterrupted: step?.onInterrupted ?? (executor.safeToRepeat(input) ? 'retry' : 'fail'),
    estimateMs: estimateOf(executor, input),
  }
}

/** How long an attempt is reckoned to take, in ms. */
export function estimateOf(executor: Executor | undefined, input: JsonObject): number {
  return executor?.estimateMs?.(input) ?? DEFAULT_ESTIMATE_MS
}
