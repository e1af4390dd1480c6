import { percentile } from '../../percentile.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { WorkflowRun } from '../../store/workflows.ts'
import type { WorkflowStats } from './types.ts'

/** Sums up how sessions ended. */
export function statsOf(runs: readonly WorkflowRun[]): WorkflowStats {
  const byStatus: Partial<Record<SessionStatus, number>> = {}
  const failures: Record<string, number> = {}
  const durations: number[] = []
  for (const { status, durationMs, code } of runs) {
    byStatus[status] = (byStatus[status] ?? 0) + 1
    if (code !== null) failures[code] = (failures[code] ?? 0) + 1
    // What was cut short says nothing about how long the work takes.
    if (status === 'completed' || status === 'completed_with_errors') durations.push(durationMs)
  }
  durations.sort((a, b) => a - b)
  return {
    sessions: runs.length,
    byStatus,
    successRate: runs.length === 0 ? null : (byStatus.completed ?? 0) / runs.length,
    durationMs:
      durations.length === 0
        ? null
        : { p50: percentile(durations, 50), p95: percentile(durations, 95) },
    failures,
  }
}
