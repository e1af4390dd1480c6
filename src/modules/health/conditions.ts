import { finalSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { Condition } from './types.ts'

/** Full is no fault, but with a queue behind it somebody waits. */
export function dispatcherCondition(
  load: { readonly running: number; readonly queued: number },
  limits: { readonly places: number; readonly maxQueued: number },
): Condition {
  const figures = { ...load, ...limits }
  if (load.queued >= limits.maxQueued) {
    return { status: 'degraded', detail: 'new sessions are refused: the queue is full', ...figures }
  }
  if (load.queued > 0 && load.running >= limits.places) {
    return { status: 'degraded', detail: 'sessions wait: every place is taken', ...figures }
  }
  return { status: 'ok', ...figures }
}

export function streamerCondition(figures: {
  readonly open: number
  readonly maxOpen: number
  readonly bufferedChars: number
}): Condition {
  if (figures.open < figures.maxOpen) return { status: 'ok', ...figures }
  return { status: 'degraded', detail: 'no more streams are opened', ...figures }
}

/** What waits this long past its time is not merely next. */
const OVERDUE_MS = 60_000

/** @param dueAt when the earliest of what is due was due; undefined where nothing is */
export function agendaCondition(dueAt: number | null | undefined, now: number): Condition {
  const overdueMs = Math.max(0, now - (dueAt ?? now))
  if (overdueMs < OVERDUE_MS) return { status: 'ok', overdueMs }
  return { status: 'degraded', detail: 'what is due is not seen to', overdueMs }
}

/** An audit log that has lost entries is no longer whole, until the next start begins to count anew. */
export function auditCondition(figures: {
  readonly pending: number
  readonly lost: number
}): Condition {
  if (figures.lost === 0) return { status: 'ok', ...figures }
  return { status: 'degraded', detail: 'entries were lost; the log has them', ...figures }
}

export function sessionsCondition(
  counts: Readonly<Partial<Record<SessionStatus, number>>>,
): Condition {
  let total = 0
  let active = 0
  for (const [status, count = 0] of Object.entries(counts)) {
    total += count
    if (!finalSessionStatuses.has(status as SessionStatus)) active += count
  }
  return { status: 'ok', active, total }
}
