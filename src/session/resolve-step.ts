import { StepstreamError } from '../errors.ts'
import type { SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import { noteResolution } from './interactions.ts'
import { plannedAt, type SessionState, type StepState, stepAt } from './state.ts'
import { finalSessionStatuses, type StepStatus } from './status.ts'
import { errorIdOf, stepError } from './step-error.ts'

type ResolveStep = Extract<SessionCommand, { type: 'resolveStep' }>

/** What a step is afterwards; asking for what it is already changes nothing. */
const results: Record<ResolveStep['action'], readonly StepStatus[]> = {
  retry: ['pending', 'running'],
  skip: ['skipped'],
  complete: ['completed'],
  fail: ['failed'],
}

/**
 * A person settles a step that waits, for a time or for them, or that has failed while its session
 * goes on. An escalation that is answered with `fail` is not escalated again.
 * @throws StepstreamError STEP_NOT_FOUND, SESSION_ENDED, ILLEGAL_TRANSITION
 */
export function resolveStep(decision: Decision, command: ResolveStep): void {
  const { state } = decision
  const index = state.graph.indexOf.get(command.stepId)
  if (index === undefined) {
    throw new StepstreamError('STEP_NOT_FOUND', `the session has no step ${command.stepId}`)
  }
  const step = stepAt(state, index)
  refuseUnlessAsked(step, command)
  if (results[command.action].includes(step.status)) return
  refuseUnlessOpen(state, step, command)
  if (step.interaction?.kind === 'escalation')
    noteResolution(decision, index, step.interaction, command)
  const { stepId, action, actor, reason } = command
  decision.emit({
    type: 'step.resolved',
    stepId,
    data: {
      action,
      ...(actor === undefined ? {} : { actor }),
      ...(reason === undefined ? {} : { reason }),
    },
  })
  conclude(decision, index, step, command)
}

/** An answer is about what was asked, not about what became of the step since. */
function refuseUnlessAsked({ interaction }: StepState, { interactionId }: ResolveStep): void {
  if (interactionId === undefined || interaction?.id === interactionId) return
  const message = `interaction ${interactionId} is not asked for any more`
  throw new StepstreamError('INTERACTION_OVER', message)
}

function refuseUnlessOpen(state: SessionState, step: StepState, command: ResolveStep): void {
  if (finalSessionStatuses.has(state.status)) {
    throw new StepstreamError('SESSION_ENDED', `session ${state.id} has ended: ${state.status}`)
  }
  // One that still waits can be settled by nobody else.
  const isJudged =
    step.itemOf !== undefined &&
    step.status === 'failed' &&
    stepAt(state, step.itemOf.step).status !== 'pending'
  if (isJudged) {
    throw new StepstreamError('ILLEGAL_TRANSITION', 'the step that it is an item of has ended')
  }
  const isOpen = step.status === 'waiting' || step.status === 'retrying' || step.status === 'failed'
  const isEnding = state.stopping !== undefined || state.rollback !== undefined || state.finalizing
  if (isOpen && !isEnding) return
  const why = isOpen ? 'in a session that is about to end' : `that is ${step.status}`
  throw new StepstreamError('ILLEGAL_TRANSITION', `cannot ${command.action} a step ${why}`)
}

/** `before` is the step as it was when the person decided. */
function conclude(
  decision: Decision,
  index: number,
  before: StepState,
  { action, output, reason }: ResolveStep,
): void {
  const { id: stepId } = plannedAt(decision.state, index)
  const { attempt } = before
  const durationMs = decision.now - (before.startedAt ?? decision.now)
  if (action === 'skip') {
    decision.emit({ type: 'step.skipped', stepId, data: { reason: 'resolved' } })
  } else if (action === 'complete') {
    const data = { ...(output === undefined ? {} : { output }), durationMs }
    decision.emit({ type: 'step.completed', stepId, attempt, data })
  } else if (action === 'fail') {
    const { kind, error } = before.escalated ?? {
      kind: 'failed' as const,
      error: before.error ?? failedByPerson(reason, errorIdOf(decision.state.id, stepId, attempt)),
    }
    decision.emit({ type: 'step.failed', stepId, attempt, data: { kind, error, durationMs } })
  }
}

function failedByPerson(reason: string | undefined, id: string) {
  const message = reason ?? 'a person let it fail'
  return stepError({ code: 'FAILED_BY_PERSON', message, retryable: false }, id)
}
