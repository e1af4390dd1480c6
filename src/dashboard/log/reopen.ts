import type { StepAction } from '../../session/events.ts'
import type { Draft } from './fold.ts'
import type { Span, StepLog } from './session-log.ts'

/** A person has spoken of a step: what was skipped because of its failure is open again. */
export function reopen(draft: Draft, step: StepLog, action: StepAction, at: number): void {
  if (isSettled(step)) {
    open(draft, step)
    openSkipped(draft)
  }
  if (draft.failure?.stepId === step.id) delete draft.failure
  if (action !== 'retry') return
  const now = draft.steps.get(step.id) ?? step
  const { resumeAt: _, asks: __, escalated: ___, ...rest } = now
  draft.steps.set(step.id, { ...rest, status: 'pending', spans: ended(now.spans, at) })
  retryItems(draft, step.id)
}

/** A step is as if it had not begun, but for the numbers of its attempts. */
export function reset(draft: Draft, id: string): void {
  const step = draft.steps.get(id)
  if (step === undefined) return
  const { uses, text, itemOf, child, attempt, attempts, spans, dependsOn } = step
  draft.steps.set(id, {
    id,
    status: 'pending',
    attempt,
    dependsOn,
    attempts,
    spans,
    ...(uses === undefined ? {} : { uses }),
    ...(text === undefined ? {} : { text }),
    ...(itemOf === undefined ? {} : { itemOf }),
    ...(child === undefined ? {} : { child }),
  })
}

function open(draft: Draft, step: StepLog): void {
  const { endedAt: _, skipped: __, ...rest } = step
  draft.steps.set(step.id, { ...rest, status: 'pending' })
}

/** What was skipped because a step before it failed follows that step; it may be a chain. */
function openSkipped(draft: Draft): void {
  for (let changed = true; changed; ) {
    changed = false
    for (const step of draft.steps.values()) {
      if (step.skipped?.reason !== 'dependency_failed') continue
      const opened = step.dependsOn.some((id) => draft.steps.get(id)?.status === 'pending')
      if (!opened) continue
      open(draft, step)
      changed = true
    }
  }
}

/** Those run again that did not succeed. */
function retryItems(draft: Draft, id: string): void {
  for (const item of [...draft.steps.values()]) {
    const isOpen = item.status === 'pending' || item.status === 'completed'
    if (item.itemOf !== id || isOpen) continue
    const { error: _, ...rest } = item
    open(draft, rest)
  }
}

function isSettled({ status }: StepLog): boolean {
  return status === 'failed' || status === 'skipped' || status === 'cancelled'
}

function ended(spans: readonly Span[], at: number): readonly Span[] {
  const last = spans.at(-1)
  return last === undefined || last.to !== undefined ? spans : spans.with(-1, { ...last, to: at })
}
