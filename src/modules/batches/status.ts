import { finalSessionStatuses, type SessionStatus, sessionStatuses } from '../../session/status.ts'
import type { StatusTally } from '../../store/types.ts'
import type { Batch, BatchRecord, BatchStatus } from './types.ts'

export const unfinished = sessionStatuses.filter((status) => !finalSessionStatuses.has(status))

/** How many sessions have one of the statuses. */
export function countOf(counts: StatusTally, statuses: readonly SessionStatus[]): number {
  return statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)
}

/** How many sessions are yet to be started; none where it was cancelled or stopped. */
export function leftToStart({ total, next, cancelled, stopped }: BatchRecord): number {
  return cancelled || stopped ? 0 : total - next
}

/** Whether nothing is left to start or to end. */
export function isOver(batch: BatchRecord, counts: StatusTally): boolean {
  return leftToStart(batch) === 0 && countOf(counts, unfinished) === 0
}

/** Follows from the batch and the statuses of its sessions alone. */
export function statusOf(batch: BatchRecord, counts: StatusTally): BatchStatus {
  if (isOver(batch, counts)) return outcomeOf(batch, counts)
  if (batch.cancelled) return 'cancelling'
  if (batch.paused) return 'paused'
  return batch.next === 0 ? 'starting' : 'running'
}

/** How many of the sessions were started, those that are gone by now included. */
export function startedOf({ next, refused }: Batch, counts: StatusTally): number {
  // A process may have ended before it wrote how many it had started.
  return Math.max(next - refused.length, countOf(counts, sessionStatuses))
}

/** The share of the sessions that will not change any more, to a tenth. */
export function percentOf(batch: Batch, counts: StatusTally): number {
  const open = leftToStart(batch) + countOf(counts, unfinished)
  return Math.floor((Math.max(batch.total - open, 0) / batch.total) * 1000) / 10
}

function outcomeOf(batch: BatchRecord, counts: StatusTally): BatchStatus {
  const { total, next, refused, cancelled, stopped } = batch
  const { completed = 0, completed_with_errors: withErrors = 0 } = counts
  const failed = (counts.failed ?? 0) + refused.length
  const dropped = (counts.cancelled ?? 0) + total - next
  if (cancelled && dropped > 0) return 'cancelled'
  if (stopped) return 'failed'
  if (failed + dropped + withErrors === 0) return 'completed'
  if (completed + withErrors > 0) return 'completed_with_errors'
  return failed > 0 ? 'failed' : 'cancelled'
}
