import { explainStep, type WaitsFor } from './explain-step.ts'
import { freePlaces, wakeAtOf } from './next.ts'
import { awaitsRoom, plannedAt, type SessionState, startByOf, stepAt } from './state.ts'
import type { SessionStatus, StepStatus } from './status.ts'
import { counted, named, timeOf } from './words.ts'

/** Why a session stands where it stands, and what would bring it on. */
export interface Explanation {
  readonly session: {
    readonly status: SessionStatus
    readonly sentence: string
    /** When it goes on by itself, ISO 8601. */
    readonly wakeAt?: string
  }
  readonly steps: readonly {
    readonly id: string
    readonly status: StepStatus
    readonly sentence: string
    readonly waitsFor: readonly WaitsFor[]
    readonly wakeAt?: string
  }[]
}

/** One sentence for the session and one for each step; costs what the plan is large. */
export function explain(state: SessionState, now: number): Explanation {
  const view = {
    state,
    now,
    places: freePlaces(state),
    ready: new Map(state.ready.map((index, place) => [index, place])),
    undecided: new Set(state.undecided),
  }
  const wakeAt = wakeAtOf(state)
  return {
    session: {
      status: state.status,
      sentence: sentences[state.status](state),
      ...(wakeAt === undefined ? {} : { wakeAt: timeOf(wakeAt) }),
    },
    steps: state.steps.map((step, index) => ({
      id: plannedAt(state, index).id,
      status: step.status,
      ...explainStep(view, step, index),
    })),
  }
}

const sentences: Record<SessionStatus, (state: SessionState) => string> = {
  queued: (state) =>
    `It waits for its turn since ${timeOf(state.createdAt)}: it starts when a place among the running sessions comes free${priorityOf(state)}.`,
  running,
  waiting,
  paused: ({ running, setAside }) =>
    setAside
      ? 'It was set aside because crashes cut a step off too often: somebody must recover it, or cancel it.'
      : running.length === 0
        ? 'It is paused: nothing starts until it is resumed.'
        : `It is paused: ${counted(running.length, 'attempt')} may still finish, and nothing starts until it is resumed.`,
  cancelling: ({ running, stopping }) =>
    `It is being stopped, ${causes[stopping?.cause ?? 'requested']}: it ends when ${counted(running.length, 'running attempt')} ${running.length === 1 ? 'has' : 'have'} stopped.`,
  rolling_back: ({ undoable, finalizing, rollback }) =>
    finalizing
      ? `It was rolled back, ${causes[rollback?.cause ?? 'requested']}; what runs last is left.`
      : `It is being rolled back, ${causes[rollback?.cause ?? 'requested']}: ${counted(undoable.length, 'step')} ${undoable.length === 1 ? 'is' : 'are'} still to be undone, the last that completed first.`,
  completed: (state) => `It completed at ${endOf(state)}.`,
  completed_with_errors: (state) =>
    `It completed at ${endOf(state)}, but ${counted(state.counts.failed, 'step')} failed.`,
  failed: (state) => `It failed at ${endOf(state)}${failureOf(state)}.`,
  cancelled: (state) => `It was cancelled at ${endOf(state)}${reasonOf(state)}.`,
}

const causes = {
  requested: 'on request',
  failure: 'because a step failed',
  timeout: 'because its time is up',
  rollback: 'to be rolled back on request',
  concurrency: 'because its concurrency key has no room',
} as const

function running(state: SessionState): string {
  const { running, ready, undecided } = state
  if (running.length === 0) return 'It is running: its next steps are about to start.'
  const behind = ready.length + undecided.length
  const rest =
    behind === 0 ? '' : `, and ${counted(behind, 'step')} ${behind === 1 ? 'is' : 'are'} ready`
  return `It is running ${named(state, running)}${rest}.`
}

function waiting(state: SessionState): string {
  const { escalated, plan } = state
  const wakeAt = wakeAtOf(state)
  if (awaitsRoom(state)) {
    const until = wakeAt === undefined ? '' : `, until ${timeOf(startByOf(state))} at the latest`
    return `It waits for room under the concurrency key "${plan.concurrency?.key}"${until}: it starts when one of the sessions that hold it has ended${priorityOf(state)}.`
  }
  const orTime = wakeAt === undefined ? '' : `; something falls due at ${timeOf(wakeAt)}`
  if (escalated.length > 0) {
    return `It waits for a person to say what becomes of ${named(state, escalated)}${orTime}.`
  }
  if (state.awaiting.length > 0) {
    const asks = state.awaiting.some((index) => stepAt(state, index).interaction !== undefined)
    if (asks) {
      return `Nothing runs here: ${named(state, state.awaiting)} ${state.awaiting.length === 1 ? 'waits' : 'wait'} for somebody outside${orTime}.`
    }
    return `Nothing runs here: it waits for the sessions that ${named(state, state.awaiting)} started${orTime}.`
  }
  if (wakeAt === undefined) return 'Nothing runs: somebody outside must act.'
  return `Nothing runs until ${timeOf(wakeAt)}: it waits for ${named(state, state.timed)}.`
}

/** Others may be ahead or behind for more than their age. */
function priorityOf({ plan: { priority } }: SessionState): string {
  return priority === undefined ? '' : `; its priority is ${priority}, and higher ones go first`
}

function endOf({ endedAt, lastActivity }: SessionState): string {
  return timeOf(endedAt ?? lastActivity)
}

function failureOf({ stopping, fatal, failure }: SessionState): string {
  if (stopping?.cause === 'timeout') return ': its time was up'
  if (stopping?.cause === 'concurrency') return ': its concurrency key had no room'
  const cause = fatal ?? failure
  return cause === undefined ? '' : `: step ${cause.stepId} failed with ${cause.error.code}`
}

function reasonOf({ stopping }: SessionState): string {
  return stopping?.reason === undefined ? '' : `: ${stopping.reason}`
}
