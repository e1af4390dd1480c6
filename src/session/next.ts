import { plannedAt, type SessionState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'

export interface RunningAttempt {
  readonly stepId: string
  readonly attempt: number
}

/** What a session needs from outside now. */
export interface Next {
  /** Attempts that the log says are running. */
  readonly run: readonly RunningAttempt[]
  /** Those attempts should be stopped. */
  readonly abort: boolean
  /** Steps that could start once their `when` is known. */
  readonly evaluate: readonly string[]
  /** A timer is due: `tick`. */
  readonly due: boolean
  /** The session waits for its turn: `start`. */
  readonly start: boolean
  /** When a timer falls due by itself, in ms since the epoch. */
  readonly wakeAt?: number
  readonly done: boolean
}

/** Asks a session what is to be done for it at a time. */
export function next(state: SessionState, now: number): Next {
  const wakeAt = wakeAtOf(state)
  const active = state.status === 'running' || state.status === 'waiting'
  return {
    run: state.running.map((index) => ({
      stepId: plannedAt(state, index).id,
      attempt: stepAt(state, index).attempt,
    })),
    abort: state.stopping !== undefined,
    evaluate: active
      ? state.undecided.slice(0, freePlaces(state)).map((index) => plannedAt(state, index).id)
      : [],
    due: active && (hasRoomForReady(state) || (wakeAt !== undefined && wakeAt <= now)),
    start: state.status === 'queued',
    ...(wakeAt === undefined ? {} : { wakeAt }),
    done: finalSessionStatuses.has(state.status),
  }
}

/** After a restart or a resume, steps can be ready that no event is about to start. */
function hasRoomForReady(state: SessionState): boolean {
  return state.ready.length > 0 && freePlaces(state) > 0
}

/** How many steps may start; none while a person has to say how the session goes on. */
export function freePlaces(state: SessionState): number {
  if (state.escalated.length > 0) return 0
  return Math.max(state.plan.maxParallel - state.running.length, 0)
}

/** When a session must be looked at again by itself; never while it is paused, queued or ended. */
export function wakeAtOf(state: SessionState): number | undefined {
  if (state.status !== 'running' && state.status !== 'waiting') return undefined
  const timer = earliestTimer(state)
  const deadline = deadlineOf(state)
  if (timer === undefined || deadline === undefined) return timer ?? deadline
  return Math.min(timer, deadline)
}

/** When the first waiting or retrying step goes on. */
export function earliestTimer(state: SessionState): number | undefined {
  const hasSlot = freePlaces(state) > 0
  let earliest: number | undefined
  for (const index of state.timed) {
    const { resumeAt, status } = stepAt(state, index)
    // A retry that is due but has no slot starts when a slot comes free, not by the clock.
    if (resumeAt === undefined || (status === 'retrying' && !hasSlot)) continue
    if (earliest === undefined || resumeAt < earliest) earliest = resumeAt
  }
  return earliest
}

/**
 * When the session's timeout strikes, as seen at a time; undefined while its clock stands still.
 * What is idle time so far has not been running time.
 */
export function deadlineOf(state: SessionState, now?: number): number | undefined {
  if (state.clockSince === undefined || waitsForPeople(state)) return undefined
  const idle = now === undefined ? 0 : idleMs(state, now)
  return state.clockSince + idle + state.plan.timeoutMs - state.usedMs
}

/** Whether nothing but a person can bring it on. */
function waitsForPeople(state: SessionState): boolean {
  return (
    state.status === 'waiting' && state.escalated.length > 0 && earliestTimer(state) === undefined
  )
}

/**
 * How long a session has stood still through no doing of its own since its last event: steps were
 * ready, or a timer was due, and nobody acted, because the service was down or had no place free.
 */
export function idleMs(state: SessionState, now: number): number {
  if (state.running.length > 0) return 0
  const since =
    state.status === 'waiting' && !waitsForPeople(state) ? earliestTimer(state) : state.lastActivity
  if (since === undefined) return 0
  return Math.max(0, now - Math.max(since, state.lastActivity))
}
