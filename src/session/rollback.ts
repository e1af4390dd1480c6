import type { JsonObject } from '../json.ts'
import type { Decision } from './decision.ts'
import type { StepError } from './events.ts'
import { nextToUndo } from './next.ts'
import { plannedAt, type SessionState, settledCount, stepAt, strategyOf } from './state.ts'
import { errorIdOf, stepError } from './step-error.ts'

type Cause = NonNullable<SessionState['rollback']>['cause']

/** How many steps a rollback names, so that its event stays small. */
const STEPS_NAMED = 1000

/**
 * Undoes what has completed, one step after the other, the last that completed first, so that no
 * step is undone before one that was built on it. True while that is not over.
 */
export function undo(decision: Decision): boolean {
  const cause = causeOf(decision.state)
  if (cause !== undefined) begin(decision, cause)
  const index = nextToUndo(decision.state)
  if (index !== undefined && decision.mayStart) decision.startAttempt(index)
  const { status, running, undoable } = decision.state
  if (status === 'rolling_back' && undoable.length > 0) return true
  return running.some((each) => stepAt(decision.state, each).undoing)
}

/** Why a session whose steps have all settled is to be rolled back; undefined: it is not. */
function causeOf(state: SessionState): Cause | undefined {
  const { rollback, stopping, fatal, finalizing, graph, plan, counts } = state
  if (rollback !== undefined) return undefined
  if (stopping?.cause === 'rollback') {
    // What runs last has begun: it is not begun again after the rollback.
    const mayBegin = !finalizing || settledCount(counts) === counts.total
    return mayBegin ? 'requested' : undefined
  }
  if (finalizing) return undefined
  if (stopping?.cause === 'requested') return undefined
  if (stopping?.cause === 'timeout') return plan.onFailure === 'rollback' ? 'timeout' : undefined
  if (fatal === undefined) return undefined
  const index = graph.indexOf.get(fatal.stepId) ?? -1
  return strategyOf(state, index) === 'rollback' ? 'failure' : undefined
}

function begin(decision: Decision, cause: Cause): void {
  const { undoable, stopping } = decision.state
  const named = undoable.slice(-STEPS_NAMED).reverse()
  decision.emit({
    type: 'session.rolling_back',
    data: {
      cause,
      steps: named.map((index) => plannedAt(decision.state, index).id),
      ...(stopping?.reason === undefined ? {} : { reason: stopping.reason }),
    },
  })
}

/** An undo has no try left: that is recorded, and the others go on. It never starts another rollback. */
export function failUndo(
  decision: Decision,
  index: number,
  { kind, error }: { readonly kind: 'failed' | 'error'; readonly error: StepError },
): void {
  const { attempt, startedAt } = stepAt(decision.state, index)
  decision.emit({
    type: 'step.undo_failed',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: { kind, error, durationMs: decision.now - (startedAt ?? decision.now) },
  })
}

/** The session was cancelled while the undo ran, or waited for its next try. */
export function cancelUndo(decision: Decision, index: number, details?: JsonObject): void {
  const { id } = plannedAt(decision.state, index)
  const message = 'the session was cancelled before the step was undone'
  const errorId = errorIdOf(decision.state.id, id, stepAt(decision.state, index).attempt)
  const ofDetails = details === undefined ? {} : { details }
  const error = stepError({ code: 'CANCELLED', message, retryable: false, ...ofDetails }, errorId)
  failUndo(decision, index, { kind: 'error', error })
}
