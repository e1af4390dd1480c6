import type { Json } from '../json.ts'
import type { AttemptOutcome, SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import {
  cancelStep,
  durationOf,
  escalate,
  failOverdue,
  failStep,
  mayEscalate,
  triesLeftOf,
  workAt,
} from './fail-step.ts'
import { groupDeadlineOf } from './groups.ts'
import { ask, expireInteraction, noteAnswer, noteSignal } from './interactions.ts'
import { interrupt } from './interrupt.ts'
import { retryDelay } from './retry.ts'
import { failUndo } from './rollback.ts'
import { keptSignalFor } from './signals.ts'
import { isStopped, type KeptSignal, plannedAt, type SessionState, stepAt } from './state.ts'
import { errorIdOf, stepError } from './step-error.ts'

/** What an attempt says, or whoever does its work outside; one that is over has nothing more to say. */
export function report(
  decision: Decision,
  command: Extract<SessionCommand, { type: 'report' }>,
): void {
  if (!mayReport(decision.state, command)) return
  const { stepId, attempt } = command
  for (const entry of command.reports) decision.emit({ ...entry, stepId, attempt })
}

/** What an attempt ended in; a late outcome, of an attempt that is not the one running, has no effect. */
export function finishAttempt(
  decision: Decision,
  command: Extract<SessionCommand, { type: 'finishAttempt' }>,
): void {
  const index = runningIndex(decision.state, command)
  if (index === undefined) return
  conclude(decision, index, command.attempt, command.outcome)
}

function conclude(
  decision: Decision,
  index: number,
  attempt: number,
  outcome: AttemptOutcome,
): void {
  switch (outcome.status) {
    case 'succeeded':
      return succeed(decision, index, attempt, outcome)
    case 'continue':
      return goOn(decision, index, attempt)
    case 'again':
      return repeat(decision, index, attempt, outcome.output)
    case 'expanded':
      return expand(decision, index, attempt, outcome)
    case 'waiting':
      return beginWait(decision, index, attempt, outcome)
    case 'failed':
    case 'error':
      return failAttempt(decision, index, attempt, outcome)
    case 'cancelled':
      return cancelStep(decision, index, attempt, outcome.details)
    case 'interrupted':
      return interrupt(decision, index, 'shutdown')
  }
}

/** The time that a step waited for has come; what it sets, or whether it is done again, only expressions tell. */
export function endWait(
  decision: Decision,
  index: number,
  output = stepAt(decision.state, index).output,
): void {
  const { id: stepId, set, repeat } = plannedAt(decision.state, index)
  const { attempt, undoing } = stepAt(decision.state, index)
  const ofOutput = output === undefined ? {} : { output }
  const mayConclude = !undoing && (set !== undefined || repeat !== undefined)
  if (!mayConclude) return succeed(decision, index, attempt, { status: 'succeeded', ...ofOutput })
  decision.emit({ type: 'step.concluding', stepId, attempt, data: ofOutput })
}

function succeed(
  decision: Decision,
  index: number,
  attempt: number,
  { output, branch, set }: Extract<AttemptOutcome, { status: 'succeeded' }>,
): void {
  const { id: stepId } = plannedAt(decision.state, index)
  const ofOutput = output === undefined ? {} : { output }
  const durationMs = durationOf(decision, index)
  if (stepAt(decision.state, index).undoing) {
    decision.emit({ type: 'step.undone', stepId, attempt, data: { ...ofOutput, durationMs } })
    return
  }
  // Before the end of the step, so that whatever begins with it finds them.
  if (set !== undefined) {
    for (const [name, value] of Object.entries(set)) {
      decision.emit({ type: 'variable.updated', stepId, attempt, data: { name, value } })
    }
  }
  const ofBranch = branch === undefined ? {} : { branch }
  decision.emit({
    type: 'step.completed',
    stepId,
    attempt,
    data: { ...ofOutput, ...ofBranch, durationMs },
  })
}

/** It asked somebody in the middle of its work, and has the answer: as if it had not been cut off. */
function goOn(decision: Decision, index: number, attempt: number): void {
  if (isStopped(decision.state, index)) return cancelStep(decision, index, attempt)
  const { id: stepId } = plannedAt(decision.state, index)
  const { answered } = stepAt(decision.state, index)
  const isItsAnswer = answered !== undefined && answered.attempt === attempt
  const data = isItsAnswer ? { interactionId: answered.interactionId } : {}
  decision.emit({ type: 'step.continuing', stepId, attempt, data })
}

/** It was done, and its condition for the end does not hold yet. */
function repeat(
  decision: Decision,
  index: number,
  attempt: number,
  output: Json | undefined,
): void {
  const { id: stepId, repeat: rule } = plannedAt(decision.state, index)
  const times = (stepAt(decision.state, index).repeats ?? 0) + 1
  if (isStopped(decision.state, index)) return cancelStep(decision, index, attempt)
  if (rule === undefined || times >= rule.maxTimes) {
    const message = `its condition did not hold after ${times} times`
    const errorId = errorIdOf(decision.state.id, stepId, attempt)
    const error = stepError({ code: 'REPEATS_USED_UP', message, retryable: false }, errorId)
    const durationMs = durationOf(decision, index)
    return failStep(decision, index, attempt, { kind: 'failed', error, durationMs })
  }
  const { delayMs } = rule
  decision.emit({
    type: 'step.repeating',
    stepId,
    attempt,
    data: {
      times,
      ...(output === undefined ? {} : { output }),
      delayMs,
      resumeAt: new Date(decision.now + delayMs).toISOString(),
    },
  })
}

function expand(
  decision: Decision,
  index: number,
  attempt: number,
  { items, count }: Extract<AttemptOutcome, { status: 'expanded' }>,
): void {
  if (isStopped(decision.state, index)) return cancelStep(decision, index, attempt)
  const { id: stepId } = plannedAt(decision.state, index)
  decision.emit({ type: 'step.expanded', stepId, attempt, data: { count, items } })
}

/**
 * What the wait of a step for somebody outside came to: the same as what an attempt ends in. What
 * comes late, for a wait that is over, has no effect.
 */
export function finishWait(
  decision: Decision,
  { stepId, attempt, outcome, answered }: Extract<SessionCommand, { type: 'finishWait' }>,
): void {
  if (answered !== undefined) noteAnswer(decision, answered)
  const index = decision.state.graph.indexOf.get(stepId)
  if (index === undefined) return
  const step = stepAt(decision.state, index)
  if (step.awaits === undefined || step.attempt !== attempt) return
  conclude(decision, index, attempt, outcome)
}

/** Nobody outside has ended the wait in time. */
export function failWait(decision: Decision, index: number): void {
  const { attempt, awaits, interaction } = stepAt(decision.state, index)
  if (interaction !== undefined) expireInteraction(decision, index, interaction)
  const { onTimeout = 'fail' } = interaction ?? {}
  // What goes on needs the word of somebody, not their silence.
  if (onTimeout === 'approve' && interaction?.resumes !== true) {
    return endWait(decision, index, { decision: 'approved', by: null, timedOut: true })
  }
  if (onTimeout === 'reject') return rejectUnanswered(decision, index, attempt)
  const whom = awaits === undefined ? 'what it waits for' : `${awaits.kind} ${awaits.id}`
  const end = interaction === undefined ? 'did not end' : 'was not answered'
  const message = `${whom} ${end} within the step’s timeout`
  failAttempt(decision, index, attempt, {
    status: 'error',
    code: 'STEP_TIMEOUT',
    message,
    retryable: true,
    ...(onTimeout === 'escalate' ? { escalate: true } : {}),
  })
}

function rejectUnanswered(decision: Decision, index: number, attempt: number): void {
  failAttempt(decision, index, attempt, {
    status: 'failed',
    code: 'APPROVAL_REJECTED',
    message: 'nobody answered within the step’s timeout, which counts as a rejection here',
    retryable: false,
    details: { by: null, timedOut: true },
  })
}

/** What a step waits for has happened: it goes on with what came along. */
export function takeSignal(decision: Decision, index: number, signal: KeptSignal): void {
  const { interaction } = stepAt(decision.state, index)
  if (interaction === undefined) return
  noteSignal(decision, index, interaction, signal)
  endWait(decision, index, signal.payload)
}

function mayReport(state: SessionState, command: { stepId: string; attempt: number }): boolean {
  if (runningIndex(state, command) !== undefined) return true
  const index = state.graph.indexOf.get(command.stepId)
  if (index === undefined) return false
  const { interaction, awaits, attempt } = stepAt(state, index)
  return interaction !== undefined && awaits !== undefined && attempt === command.attempt
}

/** The step the command's attempt belongs to, if that attempt is still the one that runs. */
function runningIndex(
  state: SessionState,
  command: { stepId: string; attempt: number },
): number | undefined {
  const index = state.graph.indexOf.get(command.stepId)
  if (index === undefined) return undefined
  const step = stepAt(state, index)
  return step.status === 'running' && step.attempt === command.attempt ? index : undefined
}

function beginWait(
  decision: Decision,
  index: number,
  attempt: number,
  outcome: Extract<AttemptOutcome, { status: 'waiting' }>,
): void {
  if (isStopped(decision.state, index)) return cancelStep(decision, index, attempt)
  decision.emit({
    type: 'step.waiting',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: {
      ...(outcome.until === undefined ? {} : { until: new Date(outcome.until).toISOString() }),
      ...(outcome.awaits === undefined ? {} : { awaits: outcome.awaits }),
      ...(outcome.output === undefined ? {} : { output: outcome.output }),
    },
  })
  const { awaits, interaction } = outcome
  if (awaits?.kind === 'interaction' && interaction !== undefined) {
    ask(decision, index, awaits.id, interaction)
    const kept = keptSignalFor(decision.state, interaction)
    if (kept !== undefined) takeSignal(decision, index, kept)
  }
}

function failAttempt(
  decision: Decision,
  index: number,
  attempt: number,
  outcome: Extract<AttemptOutcome, { status: 'failed' | 'error' }>,
): void {
  const { id } = plannedAt(decision.state, index)
  const { retry } = workAt(decision.state, index)
  const failures = stepAt(decision.state, index).failures + 1
  const error = stepError(outcome, errorIdOf(decision.state.id, id, attempt))
  const kind = outcome.status
  const deadline = groupDeadlineOf(decision.state, index) ?? Number.POSITIVE_INFINITY
  if (outcome.code === 'STEP_TIMEOUT' && deadline <= decision.now)
    return failOverdue(decision, index)
  const mayRetry =
    !isStopped(decision.state, index) &&
    outcome.retryable &&
    !outcome.escalate &&
    deadline > decision.now &&
    triesLeftOf(decision.state, index) > 0
  if (!mayRetry) {
    if (stepAt(decision.state, index).undoing) return failUndo(decision, index, { kind, error })
    if (outcome.escalate && mayEscalate(decision.state)) {
      return escalate(decision, index, attempt, { kind, error })
    }
    const durationMs = durationOf(decision, index)
    return failStep(decision, index, attempt, { kind, error, durationMs })
  }
  const delayMs = retryDelay(retry, failures, decision.random, outcome.retryAfterMs)
  const resumeAt = new Date(decision.now + delayMs).toISOString()
  decision.emit({
    type: 'step.retrying',
    stepId: id,
    attempt,
    data: { kind, error, delayMs, resumeAt },
  })
}
