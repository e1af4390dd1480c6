import { type Counts, plannedAt, type SessionState, settledCount } from './state.ts'

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
  /** 0 to 100. */
  readonly overallProgress: number
  /** ms; null before the first step has completed. */
  readonly averageStepDuration: number | null
  /** ms; null when there is nothing to estimate it from. */
  readonly estimatedTimeRemaining: number | null
  /** ISO 8601. */
  readonly lastActivity: string
}

export function progressOf(state: SessionState): ExecutionProgress {
  const { counts } = state
  const current = state.running[0] ?? firstOpen(state)
  const average = counts.completed === 0 ? null : state.completedMs / counts.completed
  const open = counts.total - settledCount(counts)
  const ended = state.endedAt !== undefined
  return {
    sessionId: state.id,
    totalSteps: counts.total,
    completedSteps: counts.completed,
    counts,
    currentStepIndex: current ?? null,
    currentStepName: current === undefined ? null : nameOf(state, current),
    currentSteps: state.running.map((index) => plannedAt(state, index).id),
    overallProgress: percentOf(counts),
    averageStepDuration: average,
    estimatedTimeRemaining: ended ? 0 : average === null ? null : Math.round(average * open),
    lastActivity: new Date(state.lastActivity).toISOString(),
  }
}

/** Settled steps as a share of all, 0 to 100, one decimal. */
export function percentOf(counts: Counts): number {
  return counts.total === 0 ? 100 : Math.round((settledCount(counts) / counts.total) * 1000) / 10
}

function firstOpen(state: SessionState): number | undefined {
  const index = state.steps.findIndex((step) => step.passage === undefined)
  return index === -1 ? undefined : index
}

function nameOf(state: SessionState, index: number): string {
  const { id, text } = plannedAt(state, index)
  return text ?? id
}
