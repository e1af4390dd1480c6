import type { Json, JsonObject } from '../json.ts'
import type { Executor, ExecutorRegistry } from '../modules/executors/types.ts'
import type { OnInterrupted, RetryPolicy } from '../session/plan.ts'
import type { Draft } from './drafts.ts'
import type { ExpressionCompiler } from './expressions.ts'
import type { Faults, Path } from './faults.ts'
import type { Branches, GraphStep } from './graph.ts'
import { addIssues } from './issues.ts'
import { compileLoops } from './loops.ts'
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
  /** Those of its undo included. */
  readonly expressions: readonly PlacedExpression[]
  readonly undo: CheckedStep | undefined
  /** Its answer may send the session back to steps before it, which read its output then. */
  readonly pushesBack: boolean
  /** Undefined when the step has a fault. */
  readonly ready: ReadyStep | undefined
}

interface ReadyStep {
  readonly executor: Executor
  readonly input: JsonObject
  readonly retry: RetryPolicy
  readonly timeoutMs: number
  /** Nobody gave it a limit, and it needs none. */
  readonly unlimited: boolean
  readonly onInterrupted: OnInterrupted
  readonly estimateMs: number
}

export interface StepContext {
  readonly executors: ExecutorRegistry
  readonly expressions: ExpressionCompiler
  readonly defaultTimeoutMs: number
  readonly sessionMs: number
  /** The limits of the groups that have one, in ms. */
  readonly groupMs: ReadonlyMap<string, number>
  /** For an executor that has no say in it. */
  readonly defaultMaxAttempts: number
  readonly faults: Faults
}

/** An undo tries harder than a step: nothing else takes the effect back. */
const UNDO_MAX_ATTEMPTS = 3

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
  const undo = draft.undo && checkUndo(draft.undo, context)
  return {
    id: draft.id,
    at,
    draft,
    dependsOn: draft.dependsOn,
    dependencyAt: draft.dependencyAt,
    group: step?.group,
    isFinally: step?.finally === true,
    branches: isValid ? executor.branches?.(input) : undefined,
    branchAt: (branch, index) => draft.withAt(branchPath(input[branch], branch, index)),
    expressions: [
      ...(step?.when === undefined
        ? []
        : compileCondition(step.when, [...at, 'when'], expressions, faults)),
      ...[
        ...bareFields.flatMap((field) => {
          const text = input[field]
          return typeof text === 'string'
            ? compileAt(text, draft.withAt([field]), expressions, faults)
            : []
        }),
        ...verdictsOf(executor, input, draft, context),
        ...templatesOf(executor, input, draft, context),
        ...(undo?.expressions ?? []),
      ].map((placed) => (step?.forEach === undefined ? placed : ofItem(placed))),
      ...(step === undefined ? [] : compileLoops(step, executor, at, expressions, faults)),
      ...Object.entries(step?.set ?? {}).flatMap(([name, text]) =>
        compileAt(text, [...at, 'set', name], expressions, faults, { readOwnOutput: true }),
      ),
    ],
    undo,
    pushesBack: executor?.pushesBack === true,
    ready: isValid ? fillDefaults(executor, input, draft, context) : undefined,
  }
}

/** The expressions that stand in the place of a verdict's word. */
function verdictsOf(
  executor: Executor | undefined,
  input: JsonObject,
  { withAt }: Draft,
  { expressions, faults }: StepContext,
): readonly PlacedExpression[] {
  return Object.entries(executor?.verdictFields ?? {}).flatMap(([field, words]) => {
    const text = input[field]
    if (typeof text !== 'string' || words.includes(text)) return []
    return compileAt(text, withAt([field]), expressions, faults, { readOwnOutput: true })
  })
}

function templatesOf(
  executor: Executor | undefined,
  input: JsonObject,
  { withAt }: Draft,
  { expressions, faults }: StepContext,
): readonly PlacedExpression[] {
  const { foreignFields = [], verdictFields = {} } = executor ?? {}
  const expressionFields = [...(executor?.expressionFields ?? []), ...Object.keys(verdictFields)]
  const isForeign = (field: string) =>
    foreignFields.includes(field) && typeof input[field] !== 'string'
  const own = Object.fromEntries(Object.entries(input).filter(([field]) => !isForeign(field)))
  const found = compileTemplates(own, expressionFields, withAt, expressions, faults)
  if (!holdsFor(executor?.keepsInput, input)) return found
  return found.filter(({ expression, at }) => {
    const message = 'a secret would be written down here; what the step runs reads secrets itself'
    if (expression.readsSecrets) faults.add(at, 'INVALID_EXPRESSION', message)
    return !expression.readsSecrets
  })
}

/** What an executor says of itself, for all its steps or for this one. */
export function holdsFor(said: Executor['keepsInput'], input: JsonObject): boolean {
  return typeof said === 'function' ? said(input) : said === true
}

/** What is done for each item may read it. */
function ofItem(placed: PlacedExpression): PlacedExpression {
  return { ...placed, may: { ...placed.may, readItem: true } }
}

/** Checks an undo as a step of its own, which may read the output of the step it belongs to. */
function checkUndo(draft: Draft, context: StepContext): CheckedStep {
  const checked = checkStep(draft, { ...context, defaultMaxAttempts: UNDO_MAX_ATTEMPTS })
  if (checked.branches !== undefined) {
    context.faults.add(
      [...draft.at, 'uses'],
      'INVALID_VALUE',
      `an undo is one step, so it cannot choose between steps as "${draft.step?.uses}" does`,
    )
  }
  if (checked.ready?.executor.waitsForPeople === true) {
    const message = 'an undo cannot wait for people, or for what happens outside'
    context.faults.add([...draft.at, 'uses'], 'INVALID_VALUE', message)
  }
  const expressions = checked.expressions.map((placed) => ({
    ...placed,
    may: { ...placed.may, readOwnOutput: true as const },
  }))
  return { ...checked, expressions }
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
  { step, withAt, fieldAt }: Draft,
  { defaultTimeoutMs, sessionMs, groupMs, defaultMaxAttempts, faults }: StepContext,
): ReadyStep {
  const timeouts = {
    given: step?.timeout,
    byDefault: defaultTimeoutMs,
    // Time spent waiting for people is not the session's.
    sessionMs: executor.waitsForPeople === true ? Number.POSITIVE_INFINITY : sessionMs,
    groupMs: groupMs.get(step?.group ?? ''),
  }
  checkIdle(step, fieldAt('idleTimeout'), faults)
  return {
    executor,
    input,
    retry: retryPolicy(step?.retry, executor.defaultMaxAttempts?.(input) ?? defaultMaxAttempts),
    timeoutMs: stepTimeout(timeouts, input, { timeout: fieldAt('timeout'), with: withAt }, faults),
    unlimited:
      executor.waitsForPeople === true &&
      step?.timeout === undefined &&
      step?.finally !== true &&
      timeouts.groupMs === undefined,
    onInterrupted: step?.onInterrupted ?? (executor.safeToRepeat(input) ? 'retry' : 'fail'),
    estimateMs: estimateOf(executor, input),
  }
}

/** Silence cannot be a limit that the attempt's own comes before. */
function checkIdle(step: Draft['step'], place: Path, faults: Faults): void {
  const { idleTimeout, timeout = Number.POSITIVE_INFINITY } = step ?? {}
  if (idleTimeout === undefined) return
  if (idleTimeout === 0) faults.add(place, 'INVALID_VALUE', 'a timeout must be above zero')
  if (idleTimeout <= timeout) return
  const message = `step ≥ idle timeout: ${idleTimeout} ms are more than the step’s ${timeout} ms`
  faults.add(place, 'TIMEOUT_HIERARCHY', message)
}

/** How long an attempt is reckoned to take, in ms. */
export function estimateOf(executor: Executor | undefined, input: JsonObject): number {
  return executor?.estimateMs?.(input) ?? DEFAULT_ESTIMATE_MS
}
