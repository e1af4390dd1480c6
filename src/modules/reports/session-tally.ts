import { finalSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { SessionListing } from '../../store/types.ts'
import { durationsOf } from './durations.ts'
import type { Tally } from './types.ts'

type Counted = Pick<SessionListing, 'status' | 'createdAt' | 'endedAt'>

/** Counts sessions one by one. */
export class SessionTally {
  private readonly byStatus: Partial<Record<SessionStatus, number>> = {}
  private readonly durations: number[] = []
  sessions = 0

  add({ status, createdAt, endedAt }: Counted): void {
    this.sessions += 1
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1
    // What was cut short says nothing about how long the work takes.
    if (endedAt !== null && (status === 'completed' || status === 'completed_with_errors')) {
      this.durations.push(endedAt - createdAt)
    }
  }

  get tally(): Tally {
    const { sessions, byStatus, durations } = this
    let ended = 0
    for (const status of finalSessionStatuses) ended += byStatus[status] ?? 0
    return {
      sessions,
      byStatus,
      successRate: ended === 0 ? null : (byStatus.completed ?? 0) / ended,
      durationMs: durationsOf(durations),
    }
  }
}
