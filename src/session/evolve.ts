import { closeBranches, reopen, settleChildren } from './dependants.ts'
import { type Draft, draftOf, insert, remove } from './draft.ts'
import type { SessionEvent, StepAction, StepError } from './events.ts'
import { idleMs } from './next.ts'
import { type SessionState, type StepState, stepAt, strategyOf } from './state.ts'
import type { StepStatus } from './status.ts'

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
  if (draft.status === 'waiting' && leavesWaiting.has(event.type)) draft.status = 'running'
  switch (event.type) {
    case 'session.created':
      if (event.data.forkedFrom !== undefined) draft.forkedFrom = event.data.forkedFrom
      return
    case 'step.output':
    case 'step.progress':
    case 'warning.issued':
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
      stopClock(draft, now)
      return
    case 'session.resumed':
      draft.status = draft.startedAt === undefined ? 'queued' : 'running'
      if (draft.startedAt !== undefined) draft.clockSince = now
      return
    case 'session.cancelling':
      draft.status = 'cancelling'
      draft.stopping = {
        cause: event.data.cause,
        ...(event.data.reason === undefined ? {} : { reason: event.data.reason }),
      }
      return
    case 'session.completed':
      return end(draft, event.data.status, now)
    case 'session.failed':
      return end(draft, 'failed', now)
    case 'session.cancelled':
      return end(draft, 'cancelled', now)
    case 'step.started':
      return change(draft, event, {
        status: 'running',
        attempt: event.attempt ?? 0,
        startedAt: now,
      })
    case 'step.retrying':
      return change(draft, event, {
        status: 'retrying',
        failures: failuresOf(draft, event) + 1,
        resumeAt: Date.parse(event.data.resumeAt),
        endedAt: now,
        error: event.data.error,
      })
    case 'step.waiting':
      return change(draft, event, {
        status: 'waiting',
        ...(event.data.until === undefined ? {} : { resumeAt: Date.parse(event.data.until) }),
        ...(event.data.output === undefined ? {} : { output: event.data.output }),
        ...(event.data.escalated === undefined
          ? {}
          : { escalated: event.data.escalated, error: event.data.escalated.error }),
      })
    case 'step.resolved':
      return resolve(draft, event, event.data.action)
    case 'step.interrupted':
      return change(draft, event, { status: 'pending', endedAt: now })
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

const leavesWaiting: ReadonlySet<SessionEvent['type']> = new Set<SessionEvent['type']>([
  'step.started',
  'step.retrying',
  'step.completed',
  'step.failed',
  'step.skipped',
  'step.resolved',
])

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

/** A person has spoken: what waits or has failed is open again; what else it means is told by the next event. */
function resolve(draft: Draft, event: { stepId?: string }, action: StepAction): void {
  const index = indexOf(draft, event)
  if (stepAt(draft, index).passage !== undefined) reopen(draft, index)
  if (draft.failure?.stepId === event.stepId) delete draft.failure
  if (action === 'retry') change(draft, event, { status: 'pending', failures: 0 })
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

function failuresOf(draft: Draft, event: { stepId?: string }): number {
  return stepAt(draft, indexOf(draft, event)).failures
}

function indexOf(draft: Draft, event: { stepId?: string }): number {
  const index = draft.graph.indexOf.get(event.stepId ?? '')
  if (index === undefined)
    throw new Error(`the log names a step ${event.stepId} that is not in the plan`)
  return index
}

/** Gives a step its new status and keeps the lists beside the steps in line with it. */
function change(
  draft: Draft,
  event: { stepId?: string },
  changes: Partial<StepState> & { status: StepStatus },
  branch?: 'then' | 'else',
): void {
  const index = indexOf(draft, event)
  const before = stepAt(draft, index)
  const { resumeAt: _, escalated: __, ...rest } = before
  draft.steps[index] = { ...rest, ...changes }
  leave(draft, index, before)
  enter(draft, index, changes)
  if (changes.passage !== undefined) settleChildren(draft, index)
  if (changes.passage === 'passed') closeBranches(draft, index, branch)
}

function leave(draft: Draft, index: number, before: StepState): void {
  if (before.status === 'running') remove(draft.running, index)
  if (before.status === 'pending') {
    remove(draft.ready, index)
    remove(draft.undecided, index)
    draft.doomed.delete(index)
  }
  if (before.status === 'retrying' || before.status === 'waiting') {
    remove(draft.timed, index)
    if (before.escalated !== undefined) remove(draft.escalated, index)
  }
}

function enter(
  draft: Draft,
  index: number,
  changes: Partial<StepState> & { status: StepStatus },
): void {
  switch (changes.status) {
    case 'running':
      insert(draft.running, index)
      return
    case 'retrying':
    case 'waiting':
      if (changes.resumeAt !== undefined) insert(draft.timed, index)
      if (changes.escalated !== undefined) insert(draft.escalated, index)
      return
    case 'pending':
      insert(draft.ready, index)
      return
    case 'completed':
    case 'failed':
    case 'skipped':
    case 'cancelled':
      draft.counts = { ...draft.counts, [changes.status]: draft.counts[changes.status] + 1 }
      return
  }
}
