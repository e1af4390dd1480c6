import type { StepAction } from '../../session/events.ts'
import type { Draft } from './fold.ts'
import { isRelieved, passageOf } from './groups.ts'
import type { Span, StepLog } from './session-log.ts'

/** A person has spoken of a step: what was skipped because of its failure is open again. */
export function reopen(draft: Draft, step: StepLog, action: StepAction, at: number): void {
  if (passageOf(step) !== undefined) openWithDependants(draft, step)
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
  const { uses, text, itemOf, child, attempt, attempts, spans, dependsOn, held } = step
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
    ...(held === undefined ? {} : { held }),
  })
}

function open(draft: Draft, step: StepLog): void {
  const { endedAt: _, skipped: __, ...rest } = step
  draft.steps.set(step.id, { ...rest, status: 'pending' })
}

/** What was skipped because a step before it failed follows that step; it may be a chain. */
function openWithDependants(draft: Draft, step: StepLog): void {
  const skipped = [...draft.steps.values()].filter(isLeftOut)
  const opened = [step]
  for (let next = opened.pop(); next !== undefined; next = opened.pop()) {
    open(draft, next)
    const { id } = next
    for (const child of skipped) {
      if (!child.dependsOn.includes(id) || isRelieved(draft, child, id)) continue
      if (draft.steps.get(child.id)?.status !== 'pending') opened.push(child)
    }
  }
}

/** Those run again that did not succeed. */
function retryItems(draft: Draft, id: string): void {
  for (const item of [...draft.steps.values()]) {
    if (item.itemOf !== id || passageOf(item) !== 'failed') continue
    const { error: _, ...rest } = item
    open(draft, rest)
  }
}

function isLeftOut({ skipped }: StepLog): boolean {
  return skipped?.reason === 'dependency_failed'
}

function ended(spans: readonly Span[], at: number): readonly Span[] {
  const last = spans.at(-1)
  return last === undefined || last.to !== undefined ? spans : spans.with(-1, { ...last, to: at })
}
