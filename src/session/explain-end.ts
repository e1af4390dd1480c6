import type { SessionState, Skip, StepState, StopCause } from './state.ts'
import { attemptOf, timeOf } from './words.ts'

/** How a step ended that has ended. */
export function endSentence(state: SessionState, step: StepState, index: number): string {
  if (step.status === 'completed') return completedSentence(step)
  if (step.status === 'failed') return failedSentence(state, step, index)
  if (step.status === 'skipped') return skippedSentence(step.skipped)
  if (step.status === 'undone') return `What it did was undone at ${timeOf(step.endedAt ?? 0)}.`
  return cancelledSentence(state, step)
}

function cancelledSentence({ stopping }: SessionState, { attempt }: StepState): string {
  const what = attempt === 0 ? 'not begun' : 'stopped'
  const why = causes[stopping?.cause ?? 'failure']
  return `It was ${what} because the session ${why}.`
}

const causes: Record<StopCause, string> = {
  requested: 'was cancelled',
  failure: 'failed',
  timeout: 'failed',
  rollback: 'was rolled back',
  concurrency: 'found no room under its concurrency key',
}

function completedSentence({ kept, endedAt, attempt, undoError }: StepState): string {
  if (undoError !== undefined) {
    return `It completed, and what it did could not be undone: ${undoError.code}, ${undoError.message}.`
  }
  if (kept !== undefined) {
    return `It was kept from session ${kept.sessionId}, where attempt ${kept.attempt} completed it.`
  }
  const how = attempt === 0 ? '' : ` in attempt ${attempt}`
  return `It completed at ${timeOf(endedAt ?? 0)}${how}.`
}

function failedSentence(state: SessionState, step: StepState, index: number): string {
  const { attempt, error, endedAt } = step
  const how = attempt === 0 ? 'before its first attempt' : `in ${attemptOf(state, step, index)}`
  const why = error === undefined ? '' : `: ${error.code}, ${error.message}`
  return `It failed at ${timeOf(endedAt ?? 0)} ${how}${why}.`
}

function skippedSentence(skipped: Skip | undefined): string {
  if (skipped === undefined) return 'It was skipped.'
  const { reason, because } = skipped
  return `It was skipped because ${skips[reason](because)}.`
}

const skips: Record<Skip['reason'], (because: string | undefined) => string> = {
  condition_false: () => 'its condition was false',
  branch_not_taken: (because) =>
    because === undefined
      ? 'all it depends on was left out'
      : `step ${because} took the other branch`,
  dependency_failed: (because) => `step ${because}, which it depends on, did not succeed`,
  session_failed: (because) =>
    because === undefined ? 'the session ended before' : `step ${because} ended the session`,
  resolved: () => 'a person said so',
}
