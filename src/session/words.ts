import { plannedAt, type SessionState, type StepState } from './state.ts'

/** How many steps a sentence names before it counts the rest. */
export const NAMED = 5

/** "2 steps" */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** "step a", "steps a and b", "steps a, b, c, d, e and 3 more" */
export function named(
  state: SessionState,
  indices: readonly number[],
  total = indices.length,
): string {
  const ids = indices.slice(0, NAMED).map((index) => plannedAt(state, index).id)
  const more = total - ids.length
  const items = more > 0 ? [...ids, `${more} more`] : ids
  const last = items.pop()
  const list = items.length === 0 ? last : `${items.join(', ')} and ${last}`
  return `${total === 1 ? 'step' : 'steps'} ${list}`
}

export function timeOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** "attempt 2 of 3"; attempts that were cut off by a crash or a shutdown do not count against the retries. */
export function attemptOf(state: SessionState, step: StepState, index: number): string {
  const planned = plannedAt(state, index)
  const { maxAttempts } = (step.undoing ? planned.undo : planned)?.retry ?? planned.retry
  const begun = step.status === 'running' ? step.attempt - 1 : step.attempt
  const interrupted = Math.max(0, begun - step.failures)
  return `attempt ${step.attempt} of ${maxAttempts + interrupted}`
}
