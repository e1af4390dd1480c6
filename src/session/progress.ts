import { estimate, type Obstacle, type PathStep, shareOf } from './estimate.ts'
import { type Counts, plannedAt, type SessionState, settledCount } from './state.ts'
import { averageOf, type Basis, type KnownDurations } from './weights.ts'

/** How far a session is, as people ask it. */
export interface ExecutionProgress {
  readonly sessionId: string
  readonly totalSteps: number
  readonly completedSteps: number
  readonly counts: Counts
  /** The first running step, or the next to run; null when all have settled. */
  readonly currentStepIndex: number | null
  readonly currentStepName: string | null
  readonly currentSteps: readonly string[]
  /** Settled steps as a share of all, 0 to 100. */
  readonly overallProgress: number
  /** Each step by what it takes, 0 to 100; null where earlier sessions do not tell. */
  readonly estimatedProgress: number | null
  /** ms; null before the first step has completed. */
  readonly averageStepDuration: number | null
  /** ms; null when it cannot be said. */
  readonly estimatedTimeRemaining: number | null
  /** ISO 8601; of an ended session, when it ended. */
  readonly estimatedEnd: string | null
  /** Why there is no estimate. */
  readonly noEstimate: Obstacle | null
  readonly basedOn: Basis
  /** The chain of steps that takes longest from now on. */
  readonly criticalPath: readonly PathStep[]
  /** ISO 8601. */
  readonly lastActivity: string
}

/** @param now ms since the epoch; of a state of the past, when that was */
export function progressOf(
  state: SessionState,
  now: number,
  known: KnownDurations,
): ExecutionProgress {
  const { counts, lastActivity, endedAt } = state
  const current = state.running[0] ?? firstOpen(state)
  // A clock that was set back must not make steps take longer.
  const at = Math.max(now, lastActivity)
  const { remainingMs, percent, obstacle, basedOn, criticalPath } = estimate(state, at, known)
  return {
    sessionId: state.id,
    totalSteps: counts.total,
    completedSteps: counts.completed,
    counts,
    currentStepIndex: current ?? null,
    currentStepName: current === undefined ? null : nameOf(state, current),
    currentSteps: [...state.running, ...state.awaiting].map((index) => plannedAt(state, index).id),
    overallProgress: percentOf(counts),
    estimatedProgress: percent,
    averageStepDuration: averageOf(state) ?? null,
    estimatedTimeRemaining: remainingMs,
    estimatedEnd: remainingMs === null ? null : iso(endedAt ?? at + remainingMs),
    noEstimate: obstacle,
    basedOn,
    criticalPath,
    lastActivity: iso(lastActivity),
  }
}

/** Settled steps as a share of all, 0 to 100, one decimal. */
export function percentOf(counts: Counts): number {
  return counts.total === 0 ? 100 : shareOf(settledCount(counts), counts.total)
}

function firstOpen(state: SessionState): number | undefined {
  const index = state.steps.findIndex((step) => step.passage === undefined)
  return index === -1 ? undefined : index
}

function nameOf(state: SessionState, index: number): string {
  const { id, text } = plannedAt(state, index)
  return text ?? id
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
