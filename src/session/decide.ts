import { StepstreamError } from '../errors.ts'
import { endWait, failWait, finishAttempt, finishWait, report } from './attempts.ts'
import { noteChild } from './child-waits.ts'
import type { DecisionContext, SessionCommand } from './commands.ts'
import { Decision } from './decision.ts'
import type { SessionEvent } from './events.ts'
import { failStep } from './fail-step.ts'
import { advance, holdStep } from './hold-step.ts'
import { claimInteraction, releaseInteraction } from './interactions.ts'
import { recover } from './interrupt.ts'
import { deadlineOf, isActive } from './next.ts'
import { pushBack } from './push-back.ts'
import { receiveSignal } from './receive-signal.ts'
import { resolveStep } from './resolve-step.ts'
import { settle, stop } from './settle.ts'
import { awaitsRoom, type SessionState, startByOf, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'
import { errorIdOf, stepError } from './step-error.ts'

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
    case 'hold':
      return hold(decision)
    case 'pause':
      return pause(decision, command.reason)
    case 'resume':
      return resume(decision, command.reason)
    case 'cancel':
      return cancel(decision, command.reason)
    case 'rollback':
      return rollback(decision, command.reason)
    case 'tick':
      return tick(decision)
    case 'recover':
      return recover(decision)
    case 'takeUp':
      return takeUp(decision, command.reason)
    case 'resolveCondition':
      return resolveCondition(decision, command)
    case 'pauseStep':
    case 'resumeStep':
      return holdStep(decision, command)
    case 'advance':
      return advance(decision)
    case 'resolveStep':
      return resolveStep(decision, command)
    case 'report':
      return report(decision, command)
    case 'finishAttempt':
      return finishAttempt(decision, command)
    case 'finishWait':
      return finishWait(decision, command)
    case 'childWaits':
      return noteChild(decision, command)
    case 'pushBack':
      return pushBack(decision, command)
    case 'signal':
      return receiveSignal(decision, command.signal)
    case 'claimInteraction':
      return claimInteraction(decision, command)
    case 'releaseInteraction':
      return releaseInteraction(decision, command)
  }
}

function start(decision: Decision): void {
  const { state } = decision
  if (state.status !== 'queued' && !awaitsRoom(state)) return
  if (decision.now > startByOf(state)) stop(decision, 'timeout')
  else decision.emit({ type: 'session.started', data: {} })
}

/** It takes no place while it waits for room, or ends where it must not wait. */
function hold(decision: Decision): void {
  const { status, plan } = decision.state
  if (status !== 'queued' || plan.concurrency === undefined) return
  const { key, onLimit } = plan.concurrency
  if (decision.now > startByOf(decision.state)) stop(decision, 'timeout')
  else if (onLimit === 'reject') stop(decision, 'concurrency')
  else decision.emit({ type: 'session.waiting', data: { steps: [], concurrency: key } })
}

function pause(decision: Decision, reason: string | undefined): void {
  const { status } = decision.state
  if (status === 'paused') return
  refuseIfEnded(decision.state)
  if (status === 'cancelling' || status === 'rolling_back') throw illegal('pause', status)
  decision.emit({ type: 'session.paused', data: because(reason) })
}

function resume(decision: Decision, reason: string | undefined): void {
  const { status } = decision.state
  refuseIfEnded(decision.state)
  if (status === 'cancelling' || status === 'rolling_back') throw illegal('resume', status)
  if (status !== 'paused') return
  decision.emit({ type: 'session.resumed', data: because(reason) })
  fireTimers(decision)
}

/** Only what was set aside is taken up: what a person has paused is for `resume`. */
function takeUp(decision: Decision, reason: string | undefined): void {
  const { status, setAside } = decision.state
  refuseIfEnded(decision.state)
  if (setAside) return resume(decision, reason)
  if (status === 'paused') throw illegal('recover', 'paused, and was not set aside')
}

function cancel(decision: Decision, reason: string | undefined): void {
  const { status, stopping } = decision.state
  if (status === 'cancelled' || stopping?.cause === 'requested') return
  refuseIfEnded(decision.state)
  stop(decision, 'requested', reason)
}

/** Undoing goes on also when it was asked for twice; what is being cancelled may yet be undone. */
function rollback(decision: Decision, reason: string | undefined): void {
  const { rollback, stopping } = decision.state
  refuseIfEnded(decision.state)
  if (rollback !== undefined && stopping !== undefined) throw illegal('roll back', 'cancelling')
  if (rollback !== undefined || stopping?.cause === 'rollback') return
  stop(decision, 'rollback', reason)
}

function tick(decision: Decision): void {
  const { state } = decision
  if (awaitsRoom(state) && decision.now > startByOf(state)) return stop(decision, 'timeout')
  if (!isActive(state)) return
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
    if (step.awaits !== undefined) failWait(decision, index)
    else if (step.status === 'waiting') endWait(decision, index)
    else if (decision.mayStartStep(index)) decision.startAttempt(index)
  }
}

function resolveCondition(
  decision: Decision,
  command: Extract<SessionCommand, { type: 'resolveCondition' }>,
): void {
  const index = decision.state.graph.indexOf.get(command.stepId)
  if (index === undefined || !decision.state.undecided.includes(index)) return
  if (!decision.mayStartStep(index)) return
  const { result, stepId } = command
  if ('code' in result) {
    const { attempt } = stepAt(decision.state, index)
    const id = errorIdOf(decision.state.id, stepId, attempt)
    const error = stepError({ ...result, retryable: false }, id)
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
