import type { AttemptOutcome } from './commands.ts'
import type { Decision } from './decision.ts'
import type { SessionEvent } from './events.ts'
import { timedGroupOf } from './groups.ts'
import { ask, escalationIdOf } from './interactions.ts'
import type { PlannedStep } from './plan.ts'
import { cancelUndo } from './rollback.ts'
import { plannedAt, type SessionState, stepAt, strategyOf } from './state.ts'
import { errorIdOf, stepError } from './step-error.ts'

type StepFailure = Extract<SessionEvent, { type: 'step.failed' }>['data']

/**
 * A step has no try left: it fails for good, which `settle` draws the consequences of, or a person
 * is asked.
 */
export function failStep(
  decision: Decision,
  index: number,
  attempt: number | undefined,
  data: StepFailure,
): void {
  const { id: stepId } = plannedAt(decision.state, index)
  if (strategyOf(decision.state, index) === 'escalate' && mayEscalate(decision.state)) {
    return escalate(decision, index, attempt, data)
  }
  decision.emit({
    type: 'step.failed',
    stepId,
    ...(attempt === undefined ? {} : { attempt }),
    data,
  })
}

/** In a session that is about to end nobody is asked, so it would never end. */
export function mayEscalate({ stopping, rollback, finalizing }: SessionState): boolean {
  return stopping === undefined && rollback === undefined && !finalizing
}

/** A person is asked what becomes of a step that has failed. */
export function escalate(
  decision: Decision,
  index: number,
  attempt: number | undefined,
  { kind, error }: Pick<StepFailure, 'kind' | 'error'>,
): void {
  decision.emit({
    type: 'step.waiting',
    stepId: plannedAt(decision.state, index).id,
    ...(attempt === undefined ? {} : { attempt }),
    data: { escalated: { kind, error } },
  })
  const { code, message } = error
  const request = { kind: 'escalation', failure: { code, message } } as const
  ask(decision, index, escalationIdOf(decision.state, index), request)
}

/** The time of a step's group is over. */
export function failOverdue(decision: Decision, index: number): void {
  const { id } = plannedAt(decision.state, index)
  const { attempt } = stepAt(decision.state, index)
  const group = timedGroupOf(decision.state, index)
  const message = `the steps of group ${group} did not settle within its timeout`
  const errorId = errorIdOf(decision.state.id, id, attempt)
  const error = stepError({ code: 'GROUP_TIMEOUT', message, retryable: false }, errorId)
  const durationMs = attempt === 0 ? 0 : durationOf(decision, index)
  failStep(decision, index, attempt === 0 ? undefined : attempt, {
    kind: 'error',
    error,
    durationMs,
  })
}

/** A step, or its undo, is stopped with its session. */
export function cancelStep(
  decision: Decision,
  index: number,
  attempt: number,
  details?: Extract<AttemptOutcome, { status: 'cancelled' }>['details'],
): void {
  if (stepAt(decision.state, index).undoing) return cancelUndo(decision, index, details)
  const cause = decision.state.stopping?.cause
  const isWanted = cause === 'requested' || cause === 'rollback'
  const reason = isWanted ? 'session_cancelled' : 'session_failed'
  decision.emit({
    type: 'step.cancelled',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: { reason, ...(details === undefined ? {} : { details: { ...details } }) },
  })
}

/** What is being done for a step: its own work, or its undo. */
export function workAt(
  state: SessionState,
  index: number,
): Pick<PlannedStep, 'retry' | 'onInterrupted'> {
  const planned = plannedAt(state, index)
  if (stepAt(state, index).undoing && planned.undo !== undefined) return planned.undo
  // Finding the items, and collecting what became of them, has no effect outside.
  return planned.forEach === undefined ? planned : { ...planned, onInterrupted: 'retry' }
}

/** How often what is being done for a step is tried again, should the attempt that is under way fail. */
export function triesLeftOf(state: SessionState, index: number): number {
  const { maxAttempts } = workAt(state, index).retry
  return Math.max(0, maxAttempts - stepAt(state, index).failures - 1)
}

/** How long the current or last attempt of a step has taken so far, in ms. */
export function durationOf(decision: Decision, index: number): number {
  return decision.now - (stepAt(decision.state, index).startedAt ?? decision.now)
}
