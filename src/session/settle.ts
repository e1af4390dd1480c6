import type { Decision } from './decision.ts'
import { earliestTimer } from './next.ts'
import { percentOf } from './progress.ts'
import { plannedAt, type SessionState, settledCount, stepAt } from './state.ts'
import { finalSessionStatuses, finalStepStatuses } from './status.ts'
import { stepError } from './step-error.ts'

/** How often a session tells its progress at the most. */
const PROGRESS_EVERY_MS = 1000

/** How many steps a waiting session names, so that its event stays small. */
const STEPS_NAMED = 100

/** Adds the facts that follow by themselves: steps skipped or started, the session waiting or ended. */
export function settle(decision: Decision): void {
  if (finalSessionStatuses.has(decision.state.status)) return
  skipDoomed(decision)
  const { fatal, stopping } = decision.state
  if (fatal !== undefined && stopping === undefined) stop(decision, 'failure')
  if (settledCount(decision.state.counts) === decision.state.counts.total) return end(decision)
  startReady(decision)
  tellProgress(decision)
  tellWaiting(decision)
}

/**
 * Ends the session early: what has not started is settled at once; running attempts are told to
 * stop, and the session ends with the last of them.
 */
export function stop(
  decision: Decision,
  cause: 'requested' | 'failure' | 'timeout',
  reason?: string,
): void {
  const { running } = decision.state
  const stopped = decision.state.stopping?.cause
  // A person's cancel of a session that is failing already changes how it ends, nothing else.
  if (running.length > 0 || stopped !== undefined || cause !== 'failure') {
    decision.emit({
      type: 'session.cancelling',
      data: { cause, ...(reason === undefined ? {} : { reason }) },
    })
  }
  decision.state.steps.forEach((step, index) => {
    if (step.status === 'running' || finalStepStatuses.has(step.status)) return
    leaveOut(decision, index, cause)
  })
}

function leaveOut(
  decision: Decision,
  index: number,
  cause: 'requested' | 'failure' | 'timeout',
): void {
  const stepId = plannedAt(decision.state, index).id
  const begun = stepAt(decision.state, index).attempt > 0
  if (cause === 'requested' || begun) {
    const reason = cause === 'requested' ? 'session_cancelled' : 'session_failed'
    decision.emit({ type: 'step.cancelled', stepId, data: { reason } })
  } else {
    const because = (decision.state.fatal ?? decision.state.failure)?.stepId
    decision.emit({
      type: 'step.skipped',
      stepId,
      data: { reason: 'session_failed', ...(because === undefined ? {} : { because }) },
    })
  }
}

function skipDoomed(decision: Decision): void {
  // Skipping a step can doom its dependants: they join the map behind the ones being read.
  for (const [index, { reason, because }] of decision.state.doomed) {
    decision.emit({
      type: 'step.skipped',
      stepId: plannedAt(decision.state, index).id,
      data: { reason, ...(because === undefined ? {} : { because }) },
    })
  }
}

function startReady(decision: Decision): void {
  for (;;) {
    const [index] = decision.state.ready
    if (index === undefined || !decision.mayStartAnother()) return
    decision.startAttempt(index)
  }
}

function tellProgress(decision: Decision): void {
  const { counts, progressAt, status } = decision.state
  if (status !== 'running' || decision.now - progressAt < PROGRESS_EVERY_MS) return
  decision.emit({
    type: 'session.progress',
    data: { ...counts, percent: percentOf(counts) },
  })
}

function tellWaiting(decision: Decision): void {
  const { status, running, ready, undecided, timed, escalated } = decision.state
  if (status !== 'running' || running.length > 0) return
  if (escalated.length === 0 && ready.length + undecided.length > 0) return
  const until = earliestTimer(decision.state)
  decision.emit({
    type: 'session.waiting',
    data: {
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      steps: namesOf(decision.state, [...escalated, ...timed]),
      ...(escalated.length === 0 ? {} : { escalated: namesOf(decision.state, escalated) }),
    },
  })
}

function namesOf(state: SessionState, indices: readonly number[]): string[] {
  return indices.slice(0, STEPS_NAMED).map((index) => plannedAt(state, index).id)
}

/** States how the session ended; all its steps have settled. */
function end(decision: Decision): void {
  const { counts, stopping, fatal } = decision.state
  const durationMs = decision.now - (decision.state.startedAt ?? decision.state.createdAt)
  if (stopping?.cause === 'requested') {
    const reason = stopping.reason === undefined ? {} : { reason: stopping.reason }
    decision.emit({ type: 'session.cancelled', data: { ...reason, durationMs, steps: counts } })
  } else if (stopping?.cause === 'timeout') {
    const error = timeoutError(decision.state)
    decision.emit({ type: 'session.failed', data: { error, durationMs, steps: counts } })
  } else if (fatal !== undefined) {
    const { stepId, error } = fatal
    decision.emit({ type: 'session.failed', data: { stepId, error, durationMs, steps: counts } })
  } else {
    const status = counts.failed === 0 ? 'completed' : 'completed_with_errors'
    decision.emit({ type: 'session.completed', data: { status, durationMs, steps: counts } })
  }
}

function timeoutError(state: SessionState) {
  return stepError({
    code: 'SESSION_TIMEOUT',
    message: `the session did not end within its timeout of ${state.plan.timeoutMs} ms`,
    retryable: false,
  })
}
