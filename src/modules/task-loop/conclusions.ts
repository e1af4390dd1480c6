import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import { MAX_INLINE_BYTES } from '../../session/artifact-ref.ts'
import type { AttemptOutcome } from '../../session/commands.ts'
import type { PlannedForEach } from '../../session/plan.ts'
import { plannedAt, stepAt } from '../../session/state.ts'
import type { Outcome } from '../executors/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import type { Attempt } from './attempt.ts'
import { collectedOutcome, itemsOutcome } from './for-each.ts'
import { type Access, whole } from './scope.ts'
import type { SessionExpressions } from './session-expressions.ts'
import { clip, messageOf } from './thrown.ts'

export interface ConclusionsOptions {
  readonly coordinator: Pick<SessionCoordinator, 'current'>
  readonly expressions: SessionExpressions
  readonly accessOf: (attempt: Attempt) => Access
  readonly setAside: (attempt: Attempt, json: string) => Promise<Json>
}

type Warning = Extract<Outcome, { status: 'warned' }>

/** What may become of a step that ended in a warning. */
const verdicts = ['continue', 'retry', 'fail', 'escalate'] as const

/** What follows from an attempt by its step's own expressions. */
export interface Conclusions {
  /** What a success means: the step is done again, or sets its variables and has completed. */
  concluded(attempt: Attempt, result: Outcome, outcome: AttemptOutcome): Promise<AttemptOutcome>
  /** What a warning means, by what its step says of warnings. */
  judged(attempt: Attempt, warning: Warning): Promise<Outcome>
  /** What follows from an output that a step has waited for. */
  afterWait(attempt: Attempt): Promise<AttemptOutcome>
  /** Finds the items that a step is to run for, or collects what became of them. */
  fanOut(attempt: Attempt, forEach: PlannedForEach): Promise<AttemptOutcome>
}

export function createConclusions(options: ConclusionsOptions): Conclusions {
  const { coordinator, expressions, accessOf, setAside } = options

  return { concluded, judged, afterWait, fanOut }

  async function concluded(
    attempt: Attempt,
    result: Outcome,
    outcome: AttemptOutcome,
  ): Promise<AttemptOutcome> {
    const { step, request, secrets } = attempt
    const { set, repeat } = step
    const found = setBy(result)
    if (outcome.status !== 'succeeded') return outcome
    if (set === undefined && repeat === undefined && found === undefined) return outcome
    const output = secrets.maskAll(result.status === 'succeeded' ? (result.output ?? null) : null)
    const access = accessOf(attempt)
    // As it is now: other steps may have set variables meanwhile.
    const session = (await coordinator.current(request.session.record.id)) ?? request.session
    try {
      if (repeat !== undefined) {
        const { itemOf } = stepAt(session.state, attempt.index)
        const id = itemOf === undefined ? step.id : plannedAt(session.state, itemOf.step).id
        if (!(await expressions.isOver(session, repeat.until, id, output, access))) {
          return { ...outcome, status: 'again' }
        }
      }
      const ofKind = found === undefined ? {} : expressions.fit(session, secrets.maskAll(found))
      const ofStep =
        set === undefined ? {} : await expressions.setVariables(session, step, output, access)
      return { ...outcome, set: { ...ofKind, ...ofStep } }
    } catch (error) {
      return failedExpression(attempt, error)
    }
  }

  async function judged(attempt: Attempt, warning: Warning): Promise<Outcome> {
    const { message, verdict, status: _, ...found } = warning
    const value = await verdictOf(attempt, verdict, found.output ?? null)
    if (value === 'continue') return { status: 'succeeded', ...found }
    const failed = { status: 'failed', code: 'CLIENT_WARNED', message } as const
    if (value === 'retry') return { ...failed, retryable: true }
    if (value === 'fail') return { ...failed, retryable: false }
    if (value === 'escalate') return { ...failed, retryable: false, escalate: true }
    const words = `one of ${verdicts.join(', ')}`
    const fault = `the verdict on a warning must be ${words}, it is ${clip(JSON.stringify(value))}`
    return { status: 'error', code: 'EXPRESSION_FAILED', message: fault, retryable: false }
  }

  /** The word itself, or what the expression that stands in its place comes to. */
  async function verdictOf(attempt: Attempt, verdict: string, output: Json): Promise<Json> {
    if (verdicts.some((word) => word === verdict)) return verdict
    const { session } = attempt.request
    const { itemOf } = stepAt(session.state, attempt.index)
    const id = itemOf === undefined ? attempt.step.id : plannedAt(session.state, itemOf.step).id
    return expressions.evaluateAfter(session, verdict, id, output, accessOf(attempt))
  }

  async function afterWait(attempt: Attempt): Promise<AttemptOutcome> {
    const { session } = attempt.request
    const { output } = stepAt(session.state, attempt.index)
    const kept = { status: 'succeeded' as const, ...(output === undefined ? {} : { output }) }
    try {
      const read = await whole(session.record.tenant, output ?? null, accessOf(attempt))
      return await concluded(attempt, { status: 'succeeded', output: read }, kept)
    } catch (error) {
      return failedExpression(attempt, error)
    }
  }

  async function fanOut(attempt: Attempt, forEach: PlannedForEach): Promise<AttemptOutcome> {
    const { session } = attempt.request
    const keep = (value: Json) => {
      const json = JSON.stringify(value)
      return Buffer.byteLength(json) > MAX_INLINE_BYTES ? setAside(attempt, json) : value
    }
    try {
      const { items } = stepAt(session.state, attempt.index)
      if (items !== undefined) {
        return await collectedOutcome(session.state, items, forEach, async (value) => keep(value))
      }
      const list = await expressions.evaluate(session, forEach.items, accessOf(attempt))
      return await itemsOutcome(list, async (value) => keep(value))
    } catch (error) {
      return failedExpression(attempt, error)
    }
  }
}

/** The variables that a kind of step sets itself. */
export function setBy(result: Outcome): JsonObject | undefined {
  return result?.status === 'succeeded' ? result.set : undefined
}

function failedExpression({ secrets }: Attempt, error: unknown): AttemptOutcome {
  const code = error instanceof StepstreamError ? error.code : 'EXPRESSION_FAILED'
  if (code === 'STORAGE_UNAVAILABLE') throw error
  const message = clip(secrets.mask(messageOf(error)))
  return { status: 'error', code, message, retryable: false }
}
