import type { Decision } from './decision.ts'
import { cancelStep, escalate, failStep, mayEscalate, workAt } from './fail-step.ts'
import { failUndo } from './rollback.ts'
import { isStopped, plannedAt, type SessionState, type StepState, stepAt } from './state.ts'
import { errorIdOf, stepError } from './step-error.ts'

/** How often in a row a crash may cut a step off, unless the plan says otherwise. */
const MAX_RECOVERIES = 5

/** Whoever ran the attempts is gone: each is interrupted. */
export function recover(decision: Decision): void {
  for (const index of decision.state.running.slice()) interrupt(decision, index, 'crash')
  setAside(decision)
}

/** A step that takes the process down with it must not do so for ever. */
function setAside(decision: Decision): void {
  const { state } = decision
  const { maxRecoveries = MAX_RECOVERIES } = state.plan
  const isOver = ({ crashes = 0, passage }: StepState) =>
    crashes > maxRecoveries && passage === undefined
  const index = state.steps.findIndex(isOver)
  if (index === -1 || (state.status !== 'running' && state.status !== 'waiting')) return
  const reason = `step ${plannedAt(state, index).id} was cut off by a crash ${maxRecoveries + 1} times in a row`
  decision.emit({ type: 'session.paused', data: { reason, setAside: true } })
}

/** An attempt was cut off, and how it would have ended is not known. */
export function interrupt(decision: Decision, index: number, reason: 'crash' | 'shutdown'): void {
  const planned = plannedAt(decision.state, index)
  const { attempt, startedAt, undoing, concluding, output } = stepAt(decision.state, index)
  const { onInterrupted } = workAt(decision.state, index)
  const isStopping = isStopped(decision.state, index)
  decision.emit({ type: 'step.interrupted', stepId: planned.id, attempt, data: { reason } })
  if (isStopping) {
    cancelStep(decision, index, attempt)
  } else if (concluding) {
    // Its work is done: only what follows from it is found out anew.
    const data = output === undefined ? {} : { output }
    decision.emit({ type: 'step.concluding', stepId: planned.id, attempt, data })
  } else if (onInterrupted !== 'retry' || isHopeless(decision.state, index)) {
    const message = 'the service stopped during the attempt; its outcome is unknown'
    const id = errorIdOf(decision.state.id, planned.id, attempt)
    const error = stepError({ code: 'INTERRUPTED', message, retryable: false }, id)
    const durationMs = decision.now - (startedAt ?? decision.now)
    if (undoing) failUndo(decision, index, { kind: 'error', error })
    else if (onInterrupted === 'escalate' && mayEscalate(decision.state))
      escalate(decision, index, attempt, { kind: 'error', error })
    else failStep(decision, index, attempt, { kind: 'error', error, durationMs })
  }
}

/** A session that is on its way to its end is not set aside: what crashes cut off too often fails there. */
function isHopeless(state: SessionState, index: number): boolean {
  const isEnding = state.status === 'cancelling' || state.status === 'rolling_back'
  const { crashes = 0 } = stepAt(state, index)
  return isEnding && crashes > (state.plan.maxRecoveries ?? MAX_RECOVERIES)
}
