import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Expressions, Scope } from '../../plan/types.ts'
import type { ConditionResult } from '../../session/commands.ts'
import type { PlannedStep } from '../../session/plan.ts'
import type { Executor } from '../executors/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import { type Access, scopeFor } from './scope.ts'
import { clip, messageOf } from './thrown.ts'

/** The expressions of a plan, over a session as it is. */
export interface SessionExpressions {
  /** What `with` comes to. @throws StepstreamError EXPRESSION_FAILED */
  resolveInput(
    session: CurrentSession,
    step: PlannedStep,
    executor: Executor,
    access: Access,
  ): Promise<Json>
  /** One bare expression, which reads no secrets. @throws StepstreamError EXPRESSION_FAILED */
  evaluate(session: CurrentSession, expression: string, access: Access): Promise<Json>
  /** The same after its step was done with an output. @throws StepstreamError EXPRESSION_FAILED */
  evaluateAfter(
    session: CurrentSession,
    expression: string,
    stepId: string,
    output: Json,
    access: Access,
  ): Promise<Json>
  /**
   * Whether what a step is repeated for holds, after it was done with an output.
   * @throws StepstreamError EXPRESSION_FAILED
   */
  isOver(
    session: CurrentSession,
    until: string,
    stepId: string,
    output: Json,
    access: Access,
  ): Promise<boolean>
  /**
   * The variables that a step sets that is about to complete with an output.
   * @throws StepstreamError EXPRESSION_FAILED
   */
  setVariables(
    session: CurrentSession,
    step: PlannedStep,
    output: Json,
    access: Access,
  ): Promise<JsonObject>
  /**
   * Variables that the kind of a step has found values for.
   * @throws StepstreamError EXECUTOR_FAILED for what is not declared, or does not fit
   */
  fit(session: CurrentSession, found: Json): JsonObject
  /** What a `when` comes to; throws only STORAGE_UNAVAILABLE, when an output cannot be read for now. */
  conditionResult(session: CurrentSession, when: string, access: Access): Promise<ConditionResult>
}

export function createSessionExpressions(expressions: Expressions): SessionExpressions {
  return { resolveInput, evaluate, evaluateAfter, isOver, setVariables, fit, conditionResult }

  /** Fills in the expressions of `with`, but for the fields that the executor evaluates itself. */
  async function resolveInput(
    session: CurrentSession,
    step: PlannedStep,
    executor: Executor,
    access: Access,
  ): Promise<Json> {
    if (!holdsExpression(step.with)) return step.with
    const { expressionFields = [], foreignFields = [], verdictFields = {} } = executor
    const isForeign = (name: string, value: Json) =>
      foreignFields.includes(name) && typeof value !== 'string'
    const fields = Object.entries(step.with)
    const templates = Object.fromEntries(
      fields.filter(
        ([name, value]) =>
          !expressionFields.includes(name) &&
          !Object.hasOwn(verdictFields, name) &&
          !isForeign(name, value),
      ),
    )
    const reads = expressions.stepsRead(templates)
    const scope = await scopeFor(session, reads, access)
    const resolved = expressions.resolve(templates, scope) as JsonObject
    return { ...step.with, ...resolved }
  }

  async function evaluate(
    session: CurrentSession,
    expression: string,
    access: Access,
  ): Promise<Json> {
    const reads = expressions.stepsReadBy(expression)
    // Only `with` may read secrets: a condition's answer would tell their value.
    const scope = await scopeFor(session, reads, { ...access, secret: () => undefined })
    return expressions.evaluate(expression, scope)
  }

  async function evaluateAfter(
    session: CurrentSession,
    expression: string,
    stepId: string,
    output: Json,
    access: Access,
  ): Promise<Json> {
    const scope = await scopeAfter(session, [expression], stepId, output, access)
    return expressions.evaluate(expression, scope)
  }

  async function isOver(
    session: CurrentSession,
    until: string,
    stepId: string,
    output: Json,
    access: Access,
  ): Promise<boolean> {
    const value = await evaluateAfter(session, until, stepId, output, access)
    if (typeof value === 'boolean') return value
    const message = `“until” must be true or false, it is ${clip(JSON.stringify(value))}`
    throw new StepstreamError('EXPRESSION_FAILED', message)
  }

  /** What expressions see that a step's own output is there for already. */
  async function scopeAfter(
    session: CurrentSession,
    texts: readonly string[],
    stepId: string,
    output: Json,
    access: Access,
  ): Promise<Scope> {
    const reads = new Set(texts.flatMap((text) => [...expressions.stepsReadBy(text)]))
    reads.delete(stepId)
    const scope = await scopeFor(session, reads, { ...access, secret: () => undefined })
    const steps = { ...scope.steps, [stepId]: { status: 'completed' as const, output } }
    return { ...scope, steps }
  }

  async function setVariables(
    session: CurrentSession,
    { id, set = {} }: PlannedStep,
    output: Json,
    access: Access,
  ): Promise<JsonObject> {
    const scope = await scopeAfter(session, Object.values(set), id, output, access)
    return expressions.setVariables(set, session.record.plan.varSchemas ?? {}, scope)
  }

  function fit({ record }: CurrentSession, found: Json): JsonObject {
    // As JSON carries it: it comes from foreign code.
    const values: unknown = JSON.parse(JSON.stringify(found) ?? 'null')
    if (typeof values !== 'object' || values === null || Array.isArray(values)) {
      throw new StepstreamError('EXECUTOR_FAILED', 'the variables to set are not an object')
    }
    return expressions.fitVariables(values as JsonObject, record.plan.varSchemas ?? {})
  }

  async function conditionResult(
    session: CurrentSession,
    when: string,
    access: Access,
  ): Promise<ConditionResult> {
    try {
      const value = await evaluate(session, when, access)
      if (typeof value === 'boolean') return { met: value }
      const message = `“when” must be true or false, it is ${clip(JSON.stringify(value))}`
      return { code: 'EXPRESSION_FAILED', message }
    } catch (error) {
      const code = error instanceof StepstreamError ? error.code : 'EXPRESSION_FAILED'
      if (code === 'STORAGE_UNAVAILABLE') throw error
      return { code, message: clip(messageOf(error)) }
    }
  }
}

/** Most steps hold none, and need no scope then. */
function holdsExpression(value: Json): boolean {
  if (typeof value === 'string') return value.includes('{{')
  if (value === null || typeof value !== 'object') return false
  return Object.values(value).some(holdsExpression)
}
