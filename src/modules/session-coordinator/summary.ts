import { wakeAtOf } from '../../session/next.ts'
import type { SessionState } from '../../session/state.ts'
import type { SessionSummary } from '../../store/types.ts'

/**
 * A session that is being driven keeps its own timers; only a parked one needs its wake-up stored.
 * Attempts that still run in a paused session make it due at once, for whoever starts after a crash.
 */
export function summaryOf(state: SessionState): SessionSummary {
  const abandonedIfCrashed = state.status === 'paused' && state.running.length > 0
  return {
    status: state.status,
    wakeAt: state.status === 'waiting' ? (wakeAtOf(state) ?? null) : abandonedIfCrashed ? 0 : null,
    endedAt: state.endedAt ?? null,
  }
}

/** Whether there is nothing new to store. */
export function sameSummary(a: SessionSummary, b: SessionSummary): boolean {
  return a.status === b.status && a.wakeAt === b.wakeAt && a.endedAt === b.endedAt
}
