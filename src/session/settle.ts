import type { Decision } from './decision.ts'
import { failOverdue } from './fail-step.ts'
import { overdueInGroups } from './groups.ts'
import { earliestTimer, hasPlaceFor, heldSteps, isActive } from './next.ts'
import { percentOf } from './progress.ts'
import { cancelUndo, undo } from './rollback.ts'
import { plannedAt, type SessionState, type StopCause, settledCount, stepAt } from './state.ts'
import { finalSessionStatuses, finalStepStatuses } from './status.ts'
import { stepError } from './step-error.ts'

/** How often a session tells its progress at the most. */
const PROGRESS_EVERY_MS = 1000

/** How many steps a waiting session names, so that its event stays small. */
const STEPS_NAMED = 100

/** Adds the facts that follow by themselves: steps skipped or started, the session waiting or ended. */
export function settle(decision: Decision): void {
  if (finalSessionStatuses.has(decision.state.status)) return
  if (decision.state.groups.size > 0 && isActive(decision.state)) endOverdue(decision)
  skipDoomed(decision)
  const { fatal, stopping, rollback, finalizing } = decision.state
  const isGoingOn = stopping === undefined && rollback === undefined && !finalizing
  if (fatal !== undefined && isGoingOn) stop(decision, 'failure')
  if (decision.state.openMain === 0) {
    if (undo(decision)) return
    finalize(decision)
  }
  if (hasSettled(decision.state)) return end(decision)
  startReady(decision)
  tellProgress(decision)
  tellWaiting(decision)
}

/** Steps of groups whose time is over will not begin. */
function endOverdue(decision: Decision): void {
  for (const index of overdueInGroups(decision.state, decision.now)) failOverdue(decision, index)
}

function hasSettled({ counts, running, finalizing, graph }: SessionState): boolean {
  if (graph.finals.length > 0 && !finalizing) return false
  return settledCount(counts) === counts.total && running.length === 0
}

/** What runs last begins. */
function finalize(decision: Decision): void {
  const { finalizing, graph } = decision.state
  if (finalizing || graph.finals.length === 0) return
  const steps = namesOf(decision.state, graph.finals)
  decision.emit({ type: 'session.finalizing', data: { steps } })
}

/**
 * Ends the session early: what has not started is settled at once; running attempts are told to
 * stop, and the session ends with the last of them, or with what runs last.
 */
export function stop(decision: Decision, cause: StopCause, reason?: string): void {
  const { running } = decision.state
  const stopped = decision.state.stopping?.cause
  // A person's cancel of a session that is failing already changes how it ends, nothing else.
  if (running.length > 0 || stopped !== undefined || cause !== 'failure' || outlives(decision)) {
    decision.emit({
      type: 'session.cancelling',
      data: { cause, ...(reason === undefined ? {} : { reason }) },
    })
  }
  decision.state.steps.forEach((step, index) => {
    if (step.status === 'running' || finalStepStatuses.has(step.status)) return
    if (plannedAt(decision.state, index).finally) return
    if (cause === 'failure' && survivesFailure(decision.state, index)) return
    if (step.undoing) cancelUndo(decision, index)
    else leaveOut(decision, index, cause)
  })
}

/** Whether a step is left that is decided although another one has ended the session. */
function outlives({ state }: Decision): boolean {
  return state.steps.some((_, index) => survivesFailure(state, index))
}

/** Its condition asks how steps ended: it may be there for just this failure. */
function survivesFailure(state: SessionState, index: number): boolean {
  return plannedAt(state, index).tolerant === true && stepAt(state, index).status === 'pending'
}

function leaveOut(decision: Decision, index: number, cause: StopCause): void {
  const stepId = plannedAt(decision.state, index).id
  const begun = stepAt(decision.state, index).attempt > 0
  const isWanted = cause === 'requested' || cause === 'rollback'
  if (isWanted || begun) {
    const reason = isWanted ? 'session_cancelled' : 'session_failed'
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
  for (let place = 0; place < decision.state.ready.length; ) {
    const index = decision.state.ready[place] ?? 0
    // One that may not start is passed over; one that does leaves the list.
    if (decision.mayStartStep(index)) decision.startAttempt(index)
    else place += 1
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
  const { status, running, ready, undecided, timed, awaiting, escalated } = decision.state
  if (status !== 'running' || running.length > 0) return
  const mayBegin = (index: number) => hasPlaceFor(decision.state, index)
  if (ready.some(mayBegin) || undecided.some(mayBegin)) return
  const until = earliestTimer(decision.state)
  const held = heldSteps(decision.state)
  decision.emit({
    type: 'session.waiting',
    data: {
      ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
      steps: namesOf(decision.state, [...new Set([...escalated, ...timed, ...awaiting, ...held])]),
      ...(held.length === 0 ? {} : { held: namesOf(decision.state, held) }),
      ...(escalated.length === 0 ? {} : { escalated: namesOf(decision.state, escalated) }),
    },
  })
}

function namesOf(state: SessionState, indices: readonly number[]): string[] {
  return indices.slice(0, STEPS_NAMED).map((index) => plannedAt(state, index).id)
}

/** States how the session ended; all its steps have settled. */
function end(decision: Decision): void {
  const { counts, stopping, fatal, rollback } = decision.state
  const durationMs = decision.now - (decision.state.startedAt ?? decision.state.createdAt)
  const cause = stopping?.cause ?? rollback?.cause
  if (stopping?.cause === 'requested') {
    const reason = stopping.reason === undefined ? {} : { reason: stopping.reason }
    decision.emit({ type: 'session.cancelled', data: { ...reason, durationMs, steps: counts } })
  } else if (cause === 'timeout' || cause === 'requested' || cause === 'concurrency') {
    const error = endErrors[cause](decision.state)
    decision.emit({ type: 'session.failed', data: { error, durationMs, steps: counts } })
  } else if (fatal !== undefined) {
    const { stepId, error } = fatal
    decision.emit({ type: 'session.failed', data: { stepId, error, durationMs, steps: counts } })
  } else {
    const status = counts.failed === 0 ? 'completed' : 'completed_with_errors'
    decision.emit({ type: 'session.completed', data: { status, durationMs, steps: counts } })
  }
}

const endErrors = {
  timeout: timeoutError,
  requested: rolledBackError,
  concurrency: noRoomError,
} as const

function noRoomError({ id, plan }: SessionState) {
  const code = 'CONCURRENCY_LIMIT'
  const message = `as many sessions of the concurrency key "${plan.concurrency?.key}" run as may`
  return stepError({ code, message, retryable: true }, `${id}:${code}`)
}

function rolledBackError({ id, rollback }: SessionState) {
  const code = 'ROLLED_BACK'
  const message = rollback?.reason ?? 'the session was rolled back on request'
  return stepError({ code, message, retryable: false }, `${id}:${code}`)
}

function timeoutError({ id, plan, startedAt }: SessionState) {
  const code = startedAt === undefined ? 'START_TIMEOUT' : 'SESSION_TIMEOUT'
  const message =
    startedAt === undefined
      ? `the session did not have its turn within ${plan.startByMs} ms`
      : `the session did not end within its timeout of ${plan.timeoutMs} ms`
  return stepError({ code, message, retryable: false }, `${id}:${code}`)
}
