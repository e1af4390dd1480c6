import { StepstreamError } from '../errors.ts'
import type { SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import { heldSteps } from './next.ts'
import { plannedAt, type SessionState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'

type HoldStep = Extract<SessionCommand, { type: 'pauseStep' | 'resumeStep' }>

/**
 * A person keeps one step from beginning, or lets it go on; an attempt that runs is not stopped, but
 * no other follows. What is so already changes nothing.
 * @throws StepstreamError STEP_NOT_FOUND, SESSION_ENDED, ILLEGAL_TRANSITION
 */
export function holdStep(decision: Decision, command: HoldStep): void {
  const { state } = decision
  const { type, stepId, actor, reason } = command
  const index = state.graph.indexOf.get(stepId)
  if (index === undefined) {
    throw new StepstreamError('STEP_NOT_FOUND', `the session has no step ${stepId}`)
  }
  refuseIfEnded(state)
  const step = stepAt(state, index)
  const isPause = type === 'pauseStep'
  if (isPause === (step.held === true)) return
  if (step.passage !== undefined) {
    const message = `cannot ${isPause ? 'pause' : 'resume'} a step that is ${step.status}`
    throw new StepstreamError('ILLEGAL_TRANSITION', message)
  }
  decision.emit({
    type: isPause ? 'step.paused' : 'step.resumed',
    stepId,
    data: {
      ...(actor === undefined ? {} : { actor }),
      ...(reason === undefined ? {} : { reason }),
    },
  })
}

/**
 * Goes on by one step: the first of those that are held and could begin is let go, and what comes
 * after it is held in its place.
 * @throws StepstreamError SESSION_ENDED, ILLEGAL_TRANSITION when nothing is held up
 */
export function advance(decision: Decision): void {
  const { state } = decision
  refuseIfEnded(state)
  const [index] = heldSteps(state).sort((a, b) => a - b)
  if (index === undefined) {
    throw new StepstreamError('ILLEGAL_TRANSITION', 'no step is held that could begin')
  }
  for (const child of state.graph.children[index] ?? []) {
    const { status, held } = stepAt(state, child)
    if (status !== 'pending' || held) continue
    decision.emit({ type: 'step.paused', stepId: plannedAt(state, child).id, data: {} })
  }
  decision.emit({ type: 'step.resumed', stepId: plannedAt(state, index).id, data: {} })
}

function refuseIfEnded({ id, status }: SessionState): void {
  if (!finalSessionStatuses.has(status)) return
  throw new StepstreamError('SESSION_ENDED', `session ${id} has ended: ${status}`)
}
