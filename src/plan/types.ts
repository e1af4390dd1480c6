import type { Json, JsonObject } from '../json.ts'
import type { Plan } from '../session/plan.ts'
import type { SessionStatus, StepStatus } from '../session/status.ts'
import type { PlanChanges } from './fork-request.ts'

export interface PlanWarning {
  readonly pointer: string
  readonly code: string
  readonly message: string
}

/** A saved workflow that a step runs, and where it is named. */
export interface PlannedCall {
  readonly name: string
  /** Absent: the one that is current then. */
  readonly version?: number
  readonly pointer: string
}

export interface CompiledPlan {
  readonly plan: Plan
  /** Whether they exist is for whoever knows the tenant to say. */
  readonly calls: readonly PlannedCall[]
  readonly warnings: readonly PlanWarning[]
  /** From the executors' estimates along the longest path, in ms. */
  readonly estimatedDurationMs: number
}

/** What holds for a plan where neither its workflow nor what is posted beside it says anything. */
export interface PlanDefaults {
  /** @default 0 */
  readonly priority?: number
}

/** Turns what was posted into a plan. */
export interface Planner {
  /**
   * Takes a parsed body: a workflow object, a bare array of steps, or
   * `{ workflow, inputs, labels, metadata }`.
   * @throws StepstreamError with every fault found, each with a JSON pointer into the body as it was posted.
   */
  compile(body: unknown, defaults?: PlanDefaults): CompiledPlan
  /**
   * The plan of a session that goes on from another one, some of its inputs and steps replaced.
   * @throws StepstreamError with every fault found, each with a JSON pointer into the changes
   */
  revise(plan: Plan, changes: PlanChanges, isKept: (stepId: string) => boolean): CompiledPlan
  /**
   * Takes a workflow that is to be saved, without the values of its inputs: the plan has only those
   * that have a default. @throws as `compile` does
   */
  check(definition: unknown): CompiledPlan
}

/** What an expression can read. */
export interface Scope {
  readonly steps: { readonly [id: string]: { readonly status: StepStatus; readonly output: Json } }
  readonly inputs: JsonObject
  /** The variables as they are now. */
  readonly vars: JsonObject
  /** For a step that runs for each item of a list: this one, and its place from 0. */
  readonly item?: Json
  readonly index?: number
  readonly session: {
    readonly id: string
    readonly name: string | null
    readonly status: SessionStatus
    readonly createdAt: string
    readonly labels: Readonly<Record<string, string>>
    readonly metadata: JsonObject
  }
  /** By name only; undefined when the environment does not have it. */
  secret(name: string): string | undefined
}

/** CEL over a session: `{{ … }}` in strings, and bare expressions such as `when`. */
export interface Expressions {
  /** One bare expression. @throws StepstreamError EXPRESSION_FAILED */
  evaluate(expression: string, scope: Scope): Json
  /**
   * Replaces `{{ … }}` in every string inside `value`; a string that is one expression keeps the
   * expression's type. @throws StepstreamError EXPRESSION_FAILED
   */
  resolve(value: Json, scope: Scope): Json
  /**
   * The new values of the variables that a step sets, each checked against its schema.
   * @throws StepstreamError EXPRESSION_FAILED with the variable's name and what is wrong
   */
  setVariables(
    set: Readonly<Record<string, string>>,
    varSchemas: JsonObject,
    scope: Scope,
  ): JsonObject
  /**
   * The same for values that a kind of step has found itself.
   * @throws StepstreamError EXECUTOR_FAILED with the variable's name and what is wrong
   */
  fitVariables(values: JsonObject, varSchemas: JsonObject): JsonObject
  /** The ids of the steps whose outputs a value's expressions read (all templates inside it). */
  stepsRead(value: Json): ReadonlySet<string>
  /** The same for one bare expression. */
  stepsReadBy(expression: string): ReadonlySet<string>
}

/** CEL over one JSON document from outside, such as the `request` of a webhook. */
export interface Mapping {
  /** @throws StepstreamError INVALID_EXPRESSION */
  checkExpression(expression: string): void
  /** @throws StepstreamError INVALID_EXPRESSION */
  checkValue(value: Json): void
  /** What comes of it for one document. */
  over(document: Json): MappedDocument
}

export interface MappedDocument {
  /** One bare expression. @throws StepstreamError EXPRESSION_FAILED */
  evaluate(expression: string): Json
  /**
   * A string is an expression, or with `{{ … }}` in it a text; so are the strings inside an object
   * or a list, but texts only. Whatever else stands for itself. @throws as `evaluate`
   */
  value(value: Json): Json
}

/** JSON Schemas that callers give. */
export interface Schemas {
  /** @throws StepstreamError WRONG_TYPE, INVALID_VALUE when it is no schema, or none that can be used */
  check(schema: JsonObject): void
  /** Where a value breaks a schema: the path to each place, and what is wrong there. */
  faultsOf(
    schema: JsonObject,
    value: Json,
  ): readonly { readonly path: readonly (string | number)[]; readonly message: string }[]
}
