import { StepstreamError } from '../errors.ts'
import { failStep, finishAttempt, recover, report } from './attempts.ts'
import type { DecisionContext, SessionCommand } from './commands.ts'
import { Decision } from './decision.ts'
import type { SessionEvent } from './events.ts'
import { deadlineOf } from './next.ts'
import { resolveStep } from './resolve-step.ts'
import { settle, stop } from './settle.ts'
import { plannedAt, type SessionState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'
import { stepError } from './step-error.ts'

/**
 * What a command leads to: the events that record it, and those that follow from them by
 * themselves. An empty list means that it has no effect (a repeated pause, a late outcome).
 *
 * @throws StepstreamError SESSION_ENDED, ILLEGAL_TRANSITION
 */
export function decide(
  command: SessionCommand,
  state: SessionState,
  context: DecisionContext,
): readonly SessionEvent[] {
  return transition(command, state, context).events
}

/** `decide` together with the state that its events lead to. */
export function transition(
  command: SessionCommand,
  state: SessionState,
  context: DecisionContext,
): { readonly events: readonly SessionEvent[]; readonly state: SessionState } {
  const decision = new Decision(state, context)
  handle(command, decision)
  if (decision.events.length > 0 || reconsiders.has(command.type)) settle(decision)
  return { events: decision.events, state: decision.events.length === 0 ? state : decision.state }
}

/** Commands after which steps may start although nothing else has happened. */
const reconsiders: ReadonlySet<SessionCommand['type']> = new Set<SessionCommand['type']>(['tick'])

function handle(command: SessionCommand, decision: Decision): void {
  switch (command.type) {
    case 'start':
      return start(decision)
    case 'pause':
      return pause(decision, command.reason)
    case 'resume':
      return resume(decision, command.reason)
    case 'cancel':
      return cancel(decision, command.reason)
    case 'tick':
      return tick(decision)
    case 'recover':
      return recover(decision)
    case 'resolveCondition':
      return resolveCondition(decision, command)
    case 'resolveStep':
      return resolveStep(decision, command)
    case 'report':
      return report(decision, command)
    case 'finishAttempt':
      return finishAttempt(decision, command)
  }
}

function start(decision: Decision): void {
  if (decision.state.status === 'queued') decision.emit({ type: 'session.started', data: {} })
}

function pause(decision: Decision, reason: string | undefined): void {
  const { status } = decision.state
  if (status === 'paused') return
  refuseIfEnded(decision.state)
  if (status === 'cancelling') throw illegal('pause', status)
  decision.emit({ type: 'session.paused', data: because(reason) })
}

function resume(decision: Decision, reason: string | undefined): void {
  refuseIfEnded(decision.state)
  if (decision.state.status === 'cancelling') throw illegal('resume', decision.state.status)
  if (decision.state.status !== 'paused') return
  decision.emit({ type: 'session.resumed', data: because(reason) })
  fireTimers(decision)
}

function cancel(decision: Decision, reason: string | undefined): void {
  const { status, stopping } = decision.state
  if (status === 'cancelled' || stopping?.cause === 'requested') return
  refuseIfEnded(decision.state)
  stop(decision, 'requested', reason)
}

function tick(decision: Decision): void {
  const { state } = decision
  if (state.status !== 'running' && state.status !== 'waiting') return
  if ((deadlineOf(state, decision.now) ?? Number.POSITIVE_INFINITY) <= decision.now) {
    stop(decision, 'timeout')
    return
  }
  fireTimers(decision)
}

/** Waits that are over complete; steps whose delay is over start again. */
function fireTimers(decision: Decision): void {
  for (const index of decision.state.timed.slice()) {
    const step = stepAt(decision.state, index)
    if ((step.resumeAt ?? Number.POSITIVE_INFINITY) > decision.now) continue
    if (step.status === 'waiting') completeWait(decision, index)
    else if (decision.mayStartAnother()) decision.startAttempt(index)
  }
}

function completeWait(decision: Decision, index: number): void {
  const { attempt, output, startedAt } = stepAt(decision.state, index)
  decision.emit({
    type: 'step.completed',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: {
      ...(output === undefined ? {} : { output }),
      durationMs: decision.now - (startedAt ?? decision.now),
    },
  })
}

function resolveCondition(
  decision: Decision,
  command: Extract<SessionCommand, { type: 'resolveCondition' }>,
): void {
  const index = decision.state.graph.indexOf.get(command.stepId)
  if (index === undefined || !decision.state.undecided.includes(index)) return
  if (!decision.mayStartAnother()) return
  const { result, stepId } = command
  if ('code' in result) {
    const error = stepError({ ...result, retryable: false })
    failStep(decision, index, undefined, { kind: 'error', error, durationMs: 0 })
  } else if (result.met) {
    decision.startAttempt(index)
  } else {
    decision.emit({ type: 'step.skipped', stepId, data: { reason: 'condition_false' } })
  }
}

function because(reason: string | undefined): { reason?: string } {
  return reason === undefined ? {} : { reason }
}

function refuseIfEnded(state: SessionState): void {
  if (!finalSessionStatuses.has(state.status)) return
  throw new StepstreamError('SESSION_ENDED', `session ${state.id} has ended: ${state.status}`)
}

function illegal(command: string, status: string): StepstreamError {
  return new StepstreamError('ILLEGAL_TRANSITION', `cannot ${command} a session that is ${status}`)
}
