import { noteObserved } from './ai-used.ts'
import { openFinal, reopen } from './dependants.ts'
import { type Draft, draftOf } from './draft.ts'
import type { SessionEvent, StepAction, StepError } from './events.ts'
import { noteStart, noteTriedAgain } from './groups.ts'
import { interact } from './interact.ts'
import { expand, retryItems } from './items.ts'
import { leavesWaiting } from './leaves-waiting.ts'
import { idleMs } from './next.ts'
import { isObserved } from './observed.ts'
import { rewind } from './rewind.ts'
import { keepSignal } from './signals.ts'
import { awaitsRoom, type SessionState, type StepState, stepAt, strategyOf } from './state.ts'
import { change, endUndo, failuresOf, indexOf } from './step-change.ts'
import { wait } from './wait.ts'

/** The state after one more event. */
export function evolve(state: SessionState, event: SessionEvent): SessionState {
  return fold(state, [event])
}

/** The state after some more events; one copy however many they are. */
export function fold(state: SessionState, events: Iterable<SessionEvent>): SessionState {
  const draft = draftOf(state)
  for (const event of events) apply(draft, event)
  return draft
}

/** Changes a draft by one event. */
export function apply(draft: Draft, event: SessionEvent): void {
  const now = Date.parse(event.at)
  draft.seq += 1
  if (draft.clockSince !== undefined) draft.clockSince += uncounted(draft, event, now)
  draft.lastActivity = now
  if (leavesWaiting.has(event.type) && draft.status === 'waiting' && !awaitsRoom(draft)) {
    draft.status = 'running'
  }
  if (isObserved(event)) return noteObserved(draft, event)
  switch (event.type) {
    case 'session.created':
      if (event.data.forkedFrom !== undefined) draft.forkedFrom = event.data.forkedFrom
      return
    case 'step.output':
    case 'step.progress':
      return
    case 'session.started':
      draft.status = 'running'
      draft.startedAt = now
      draft.clockSince = now
      draft.progressAt = now
      return
    case 'session.progress':
      draft.progressAt = now
      return
    case 'session.waiting':
      draft.status = 'waiting'
      return
    case 'session.paused':
      draft.status = 'paused'
      if (event.data.setAside) draft.setAside = true
      draft.pausedAt = now
      stopClock(draft, now)
      return
    case 'session.resumed':
      draft.status = draft.startedAt === undefined ? 'queued' : 'running'
      if (draft.setAside) takeUp(draft)
      putOffAwaited(draft, now)
      if (draft.startedAt !== undefined) draft.clockSince = now
      return
    case 'session.cancelling':
      // A second stop ends also what the first one had let begin.
      if (draft.stopping !== undefined) stopLate(draft)
      draft.status = 'cancelling'
      draft.stopping = {
        cause: event.data.cause,
        ...(event.data.reason === undefined ? {} : { reason: event.data.reason }),
      }
      return
    case 'session.rolling_back':
      draft.status = 'rolling_back'
      stopClock(draft, now)
      delete draft.stopping
      draft.rollback = {
        cause: event.data.cause,
        ...(event.data.reason === undefined ? {} : { reason: event.data.reason }),
      }
      return
    case 'session.finalizing':
      draft.finalizing = true
      return openFinals(draft)
    case 'variable.updated': {
      const { name, value } = event.data
      const setBy = event.stepId === undefined ? {} : { setBy: event.stepId }
      const before = draft.variables.get(name)
      const earlier = before?.setBy === undefined ? {} : { earlier: before }
      draft.variables = new Map(draft.variables).set(name, { value, ...setBy, ...earlier })
      return
    }
    case 'session.completed':
      return end(draft, event.data.status, now)
    case 'session.failed':
      return end(draft, 'failed', now)
    case 'session.cancelled':
      return end(draft, 'cancelled', now)
    case 'step.started':
      noteStart(draft, indexOf(draft, event), now)
      return change(draft, event, {
        status: 'running',
        attempt: event.attempt ?? 0,
        startedAt: now,
        ...(draft.stopping === undefined ? {} : { late: true }),
      })
    case 'step.continuing': {
      const { undoing, toUndo } = stepAt(draft, indexOf(draft, event))
      return change(draft, event, {
        status: undoing ? (toUndo?.status ?? 'completed') : 'pending',
        endedAt: now,
      })
    }
    case 'step.concluding':
      return change(draft, event, {
        status: 'running',
        concluding: true,
        ...(event.data.output === undefined ? {} : { output: event.data.output }),
      })
    case 'step.undoing':
      return change(draft, event, {
        ...toUndoIn(draft, event),
        status: 'running',
        attempt: event.attempt ?? 0,
        startedAt: now,
        undoing: true,
        failures: stepAt(draft, indexOf(draft, event)).undoing ? failuresOf(draft, event) : 0,
      })
    case 'step.undone':
      return endUndo(draft, event, { status: 'undone', endedAt: now })
    case 'step.undo_failed':
      return endUndo(draft, event, { status: 'completed', undoError: event.data.error })
    case 'step.retrying':
      return change(draft, event, {
        status: 'retrying',
        crashes: 0,
        failures: failuresOf(draft, event) + 1,
        resumeAt: Date.parse(event.data.resumeAt),
        endedAt: now,
        error: event.data.error,
      })
    case 'step.repeating':
      return change(draft, event, {
        status: 'retrying',
        repeats: event.data.times,
        resumeAt: Date.parse(event.data.resumeAt),
        endedAt: now,
        ...(event.data.output === undefined ? {} : { output: event.data.output }),
      })
    case 'step.expanded':
      return expand(draft, indexOf(draft, event), event.data)
    case 'step.waiting':
      return wait(draft, event, now)
    case 'interaction.created':
    case 'interaction.claimed':
    case 'interaction.released':
    case 'interaction.answered':
    case 'interaction.expired':
      return interact(draft, event, now)
    case 'signal.received':
      return keepSignal(draft, event.data)
    case 'step.rewound':
      return rewind(draft, indexOf(draft, event), event.data)
    case 'step.paused':
    case 'step.resumed':
      return hold(draft, event)
    case 'step.resolved':
      return resolve(draft, event, event.data.action, now)
    case 'step.interrupted': {
      const { undoing, toUndo, crashes = 0 } = stepAt(draft, indexOf(draft, event))
      return change(draft, event, {
        status: undoing ? (toUndo?.status ?? 'completed') : 'pending',
        endedAt: now,
        crashes: event.data.reason === 'crash' ? crashes + 1 : crashes,
      })
    }
    case 'step.completed':
      draft.completedMs += event.data.durationMs
      return change(
        draft,
        event,
        {
          status: 'completed',
          endedAt: now,
          passage: 'passed',
          ...(event.data.output === undefined ? {} : { output: event.data.output }),
          ...(event.data.branch === undefined ? {} : { branch: event.data.branch }),
        },
        event.data.branch,
      )
    case 'step.kept': {
      const { output, branch, durationMs, from } = event.data
      draft.completedMs += durationMs
      const changes = {
        status: 'completed',
        endedAt: now,
        passage: 'passed',
        kept: { ...from, durationMs },
        ...(output === undefined ? {} : { output }),
        ...(branch === undefined ? {} : { branch }),
      } as const
      return change(draft, event, changes, branch)
    }
    case 'step.failed':
      noteFailure(draft, { stepId: event.stepId ?? '', error: event.data.error })
      return change(draft, event, {
        status: 'failed',
        failures: failuresOf(draft, event) + 1,
        endedAt: now,
        passage: 'failed',
        error: event.data.error,
      })
    case 'step.skipped':
      return change(draft, event, {
        status: 'skipped',
        endedAt: now,
        passage: passageOfSkip[event.data.reason],
        skipped: event.data,
      })
    case 'step.cancelled':
      return change(draft, event, { status: 'cancelled', endedAt: now, passage: 'failed' })
  }
}

/** The part of the time since the last event that does not count against the session's timeout. */
function uncounted(draft: Draft, event: SessionEvent, now: number): number {
  // When a crash cut the attempt off is not known: nothing counts since the last sign of life.
  const crashed = event.type === 'step.interrupted' && event.data.reason === 'crash'
  return crashed ? now - draft.lastActivity : idleMs(draft, now)
}

const passageOfSkip = {
  condition_false: 'passed',
  branch_not_taken: 'dead',
  dependency_failed: 'failed',
  session_failed: 'failed',
  resolved: 'passed',
} as const

function noteFailure(draft: Draft, failure: { stepId: string; error: StepError }): void {
  draft.failure ??= failure
  if (strategyOf(draft, indexOf(draft, failure)) !== 'continue') draft.fatal ??= failure
}

/** What is undone of a step that did not complete again is what it did before. */
function toUndoIn(draft: Draft, event: { stepId?: string }): Partial<StepState> {
  const { toUndo, status } = stepAt(draft, indexOf(draft, event))
  if (toUndo === undefined) return {}
  if (status !== 'failed' && status !== 'skipped' && status !== 'cancelled') return {}
  const { output } = toUndo
  return { ...(output === undefined ? {} : { output }), toUndo: { ...toUndo, status } }
}

function hold(draft: Draft, event: { type: string; stepId?: string }): void {
  const index = indexOf(draft, event)
  const { held: _, ...step } = stepAt(draft, index)
  draft.steps[index] = event.type === 'step.paused' ? { ...step, held: true } : step
}

/** A person has spoken: what waits or has failed is open again; what else it means is told by the next event. */
function resolve(draft: Draft, event: { stepId?: string }, action: StepAction, now: number): void {
  const index = indexOf(draft, event)
  if (stepAt(draft, index).passage !== undefined) reopen(draft, index)
  if (draft.failure?.stepId === event.stepId) delete draft.failure
  if (action !== 'retry') return
  noteTriedAgain(draft, index, now)
  change(draft, event, { status: 'pending', failures: 0, repeats: 0 })
  retryItems(draft, index)
}

/** The count of crashes begins anew. */
function takeUp(draft: Draft): void {
  delete draft.setAside
  for (const [index, { crashes, ...step }] of draft.steps.entries()) {
    if (crashes !== undefined) draft.steps[index] = step
  }
}

function stopLate(draft: Draft): void {
  for (const index of draft.running) {
    const { late: _, ...step } = stepAt(draft, index)
    draft.steps[index] = step
  }
}

/** The steps that run last may begin. */
function openFinals(draft: Draft): void {
  for (const index of draft.graph.finals) {
    if (stepAt(draft, index).status === 'pending') openFinal(draft, index)
  }
}

function stopClock(draft: Draft, now: number): void {
  if (draft.clockSince === undefined) return
  draft.usedMs += now - draft.clockSince
  delete draft.clockSince
}

function end(draft: Draft, status: SessionState['status'], now: number): void {
  draft.status = status
  draft.endedAt = now
  stopClock(draft, now)
}

/** Whoever is waited for stood still with the session. */
function putOffAwaited(draft: Draft, now: number): void {
  const { pausedAt = now } = draft
  delete draft.pausedAt
  for (const index of draft.awaiting) {
    const step = stepAt(draft, index)
    if (step.resumeAt === undefined) continue
    draft.steps[index] = { ...step, resumeAt: step.resumeAt + now - pausedAt }
  }
}
