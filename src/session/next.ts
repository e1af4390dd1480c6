import { earliestGroupDeadline, hasRoomInGroup } from './groups.ts'
import {
  awaitsRoom,
  isHeld,
  isStopped,
  plannedAt,
  type SessionState,
  startByOf,
  stepAt,
} from './state.ts'
import { finalSessionStatuses, finalStepStatuses } from './status.ts'

export interface RunningAttempt {
  readonly stepId: string
  readonly attempt: number
  /** What the log says is running undoes the step. */
  readonly undo: boolean
  /** Its work is done, and what follows from it is to be found out. */
  readonly conclude: boolean
  /** It should be stopped. */
  readonly stop: boolean
}

/** What a session needs from outside now. */
export interface Next {
  /** Attempts that the log says are running. */
  readonly run: readonly RunningAttempt[]
  /** Steps that could start once their `when` is known. */
  readonly evaluate: readonly string[]
  /** A timer is due: `tick`. */
  readonly due: boolean
  /** The session waits for its turn: `start`. */
  readonly start: boolean
  /** When a timer falls due by itself, in ms since the epoch. */
  readonly wakeAt?: number
  /**
   * Its driver keeps it until then: it would not be parked as one that waits. Not while it waits for
   * another session, which may need the place.
   */
  readonly keep: boolean
  readonly done: boolean
}

const none: readonly string[] = []

/** Asks a session what is to be done for it at a time. */
export function next(state: SessionState, now: number): Next {
  const wakeAt = wakeAtOf(state)
  const active = isActive(state)
  return {
    run: state.running.map((index) => runningAt(state, index)),
    evaluate: active && state.undecided.length > 0 ? toEvaluate(state) : none,
    due:
      (wakeAt !== undefined && wakeAt <= now) ||
      (active && (hasRoomForReady(state) || nextToUndo(state) !== undefined)),
    start: state.status === 'queued',
    ...(wakeAt === undefined ? {} : { wakeAt }),
    keep: isEnding(state) && wakeAt !== undefined && state.awaiting.length === 0,
    done: finalSessionStatuses.has(state.status),
  }
}

function runningAt(state: SessionState, index: number): RunningAttempt {
  const { attempt, undoing = false, concluding = false } = stepAt(state, index)
  return {
    stepId: plannedAt(state, index).id,
    attempt,
    undo: undoing,
    conclude: concluding,
    stop: isStopped(state, index),
  }
}

function toEvaluate(state: SessionState): string[] {
  return state.undecided
    .filter((index) => hasPlaceFor(state, index))
    .slice(0, freePlaces(state))
    .map((index) => plannedAt(state, index).id)
}

/** After a restart or a resume, steps can be ready that no event is about to start. */
function hasRoomForReady(state: SessionState): boolean {
  return state.ready.some((index) => hasPlaceFor(state, index))
}

/** Whether steps may start, if there are any that may. */
export function isActive(state: SessionState): boolean {
  if (state.status === 'waiting') return !awaitsRoom(state)
  return state.status === 'running' || isEnding(state)
}

/** Whether it is on its way to its end: what is left is undone, or runs last. */
function isEnding({ status }: SessionState): boolean {
  return status === 'cancelling' || status === 'rolling_back'
}

/** The step whose undo is to begin: one after the other, the last that completed first. */
export function nextToUndo(state: SessionState): number | undefined {
  if (state.status !== 'rolling_back' || state.running.length > 0) return undefined
  const index = state.undoable.at(-1)
  if (index === undefined) return undefined
  return finalStepStatuses.has(stepAt(state, index).status) ? index : undefined
}

/** How many steps may start; none while a person has to say how the session goes on. */
export function freePlaces(state: SessionState): number {
  if (state.escalated.length > 0) return 0
  return Math.max(state.plan.maxParallel - sideBySide(state), 0)
}

/** How many steps are under way, here or in sessions of their own; what waits for people is not. */
export function sideBySide({ running, awaiting, people }: SessionState): number {
  return running.length + awaiting.length - people.length
}

/** Whether a step may start, as far as others are in the way: they run, or are to run again before it. */
export function hasPlaceFor(state: SessionState, index: number): boolean {
  if (stepAt(state, index).openParents > 0 || freePlaces(state) === 0) return false
  return !isHeld(state, index) && hasRoomInGroup(state, index)
}

/** When a session must be looked at again by itself; never while it is paused, queued or ended. */
export function wakeAtOf(state: SessionState): number | undefined {
  if (awaitsRoom(state)) return overdueAt(state)
  if (!isActive(state)) return undefined
  const timer = earliestTimer(state)
  const deadline = deadlineOf(state)
  if (timer === undefined || deadline === undefined) return timer ?? deadline
  return Math.min(timer, deadline)
}

/** When a session that waits for room has waited too long. */
function overdueAt(state: SessionState): number | undefined {
  return state.plan.startByMs === undefined ? undefined : startByOf(state) + 1
}

/** When the first waiting or retrying step goes on. */
export function earliestTimer(state: SessionState): number | undefined {
  const ofGroups = earliestGroupDeadline(state)
  const ofSteps = earliestOf(state, state.timed)
  if (ofGroups === undefined || ofSteps === undefined) return ofGroups ?? ofSteps
  return Math.min(ofGroups, ofSteps)
}

function earliestOf(state: SessionState, timed: readonly number[]): number | undefined {
  let earliest: number | undefined
  for (const index of timed) {
    const { resumeAt, status } = stepAt(state, index)
    // A retry that is due but has no slot starts when a slot comes free, not by the clock.
    if (resumeAt === undefined || (status === 'retrying' && !hasPlaceFor(state, index))) continue
    if (earliest === undefined || resumeAt < earliest) earliest = resumeAt
  }
  return earliest
}

/**
 * When the session's timeout strikes, as seen at a time; undefined while its clock stands still.
 * What is idle time so far has not been running time.
 */
export function deadlineOf(state: SessionState, now?: number): number | undefined {
  if (state.clockSince === undefined || state.finalizing || waitsForPeople(state)) return undefined
  if (state.status !== 'running' && state.status !== 'waiting') return undefined
  const idle = now === undefined ? 0 : idleMs(state, now)
  return state.clockSince + idle + state.plan.timeoutMs - state.usedMs
}

/**
 * Whether nothing but a person can bring it on, or a session that waits for one; how long people have
 * to answer is another matter.
 */
export function waitsForPeople(state: SessionState): boolean {
  const { status, escalated, people, awaiting } = state
  if (status !== 'waiting' || sessionsAtWork(state) > 0) return false
  if (awaiting.length === 0) {
    const isAsked = escalated.length > 0 || heldSteps(state).length > 0
    return isAsked && earliestTimer(state) === undefined
  }
  const isLimit = new Set(people)
  const others = state.timed.filter((index) => !isLimit.has(index))
  return earliestOf(state, others) === undefined
}

/** How many sessions and workers are waited for, without those sessions that wait for people. */
function sessionsAtWork(state: SessionState): number {
  const { awaiting, people } = state
  if (awaiting.length === people.length) return 0
  const idle = awaiting.filter((index) => stepAt(state, index).forPeople === true)
  return awaiting.length - people.length - idle.length
}

/** The steps that could begin, or be tried again in their time, if nobody kept them from it. */
export function heldSteps(state: SessionState): number[] {
  const retrying = state.timed.filter((index) => stepAt(state, index).status === 'retrying')
  return [...state.ready, ...state.undecided, ...retrying].filter((index) => isHeld(state, index))
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
