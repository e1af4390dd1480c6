import type { AttemptOutcome, SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import type { SessionEvent } from './events.ts'
import { retryDelay } from './retry.ts'
import { plannedAt, type SessionState, stepAt, strategyOf } from './state.ts'
import { stepError } from './step-error.ts'

type StepFailure = Extract<SessionEvent, { type: 'step.failed' }>['data']

/** Whoever ran the attempts is gone: each is interrupted. */
export function recover(decision: Decision): void {
  for (const index of decision.state.running.slice()) interrupt(decision, index, 'crash')
}

function interrupt(decision: Decision, index: number, reason: 'crash' | 'shutdown'): void {
  const planned = plannedAt(decision.state, index)
  const { attempt, startedAt } = stepAt(decision.state, index)
  decision.emit({ type: 'step.interrupted', stepId: planned.id, attempt, data: { reason } })
  if (decision.state.stopping !== undefined) {
    cancelStep(decision, index, attempt)
  } else if (planned.onInterrupted !== 'retry') {
    const message = 'the service stopped during the attempt; its outcome is unknown'
    const error = stepError({ code: 'INTERRUPTED', message, retryable: false })
    const durationMs = decision.now - (startedAt ?? decision.now)
    if (planned.onInterrupted === 'escalate')
      escalate(decision, index, attempt, { kind: 'error', error })
    else failStep(decision, index, attempt, { kind: 'error', error, durationMs })
  }
}

/** What a running attempt says; an attempt that is over has nothing more to say. */
export function report(
  decision: Decision,
  command: Extract<SessionCommand, { type: 'report' }>,
): void {
  if (runningIndex(decision.state, command) === undefined) return
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
  const { stepId, attempt, outcome } = command
  switch (outcome.status) {
    case 'succeeded':
      decision.emit({
        type: 'step.completed',
        stepId,
        attempt,
        data: {
          ...(outcome.output === undefined ? {} : { output: outcome.output }),
          ...(outcome.branch === undefined ? {} : { branch: outcome.branch }),
          durationMs: durationOf(decision, index),
        },
      })
      return
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
  if (decision.state.stopping !== undefined) return cancelStep(decision, index, attempt)
  decision.emit({
    type: 'step.waiting',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: {
      until: new Date(outcome.until).toISOString(),
      ...(outcome.output === undefined ? {} : { output: outcome.output }),
    },
  })
}

function failAttempt(
  decision: Decision,
  index: number,
  attempt: number,
  outcome: Extract<AttemptOutcome, { status: 'failed' | 'error' }>,
): void {
  const { retry, id } = plannedAt(decision.state, index)
  const failures = stepAt(decision.state, index).failures + 1
  const error = stepError(outcome)
  const kind = outcome.status
  const mayRetry = decision.state.stopping === undefined && outcome.retryable
  if (!mayRetry || failures >= retry.maxAttempts) {
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
  if (strategyOf(decision.state, index) === 'escalate' && decision.state.stopping === undefined) {
    return escalate(decision, index, attempt, data)
  }
  decision.emit({
    type: 'step.failed',
    stepId,
    ...(attempt === undefined ? {} : { attempt }),
    data,
  })
}

function escalate(
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
}

function cancelStep(
  decision: Decision,
  index: number,
  attempt: number,
  details?: Extract<AttemptOutcome, { status: 'cancelled' }>['details'],
): void {
  const reason =
    decision.state.stopping?.cause === 'requested' ? 'session_cancelled' : 'session_failed'
  decision.emit({
    type: 'step.cancelled',
    stepId: plannedAt(decision.state, index).id,
    attempt,
    data: { reason, ...(details === undefined ? {} : { details: { ...details } }) },
  })
}

function durationOf(decision: Decision, index: number): number {
  return decision.now - (stepAt(decision.state, index).startedAt ?? decision.now)
}
