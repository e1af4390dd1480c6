import type { Json } from '../json.ts'
import { type Draft, doom, insert, remove } from './draft.ts'
import { withItems } from './graph.ts'
import type { PlannedStep } from './plan.ts'
import { type Items, plannedAt, type StepState, stepAt } from './state.ts'

/** The step for one item: what the step itself does, for this item alone. */
function itemStep(step: PlannedStep, position: number): PlannedStep {
  const { name, uses, text, retry, repeat, undo, timeoutMs, unlimited, idleMs, onInterrupted } =
    step
  return {
    id: `${step.id}[${position}]`,
    uses,
    with: step.with,
    dependsOn: [],
    retry,
    timeoutMs,
    onInterrupted,
    ...(name === undefined ? {} : { name }),
    ...(text === undefined ? {} : { text }),
    ...(unlimited === undefined ? {} : { unlimited }),
    ...(idleMs === undefined ? {} : { idleMs }),
    ...(repeat === undefined ? {} : { repeat }),
    ...(undo === undefined ? {} : { undo }),
    ...(step.finally ? { finally: true } : {}),
  }
}

/**
 * The items of a step are known: a step for each joins the plan, behind its own, and the step itself
 * is open until they have settled.
 */
export function expand(
  draft: Draft,
  index: number,
  { count, items: values }: { readonly count: number; readonly items: Json },
): void {
  const planned = plannedAt(draft, index)
  const first = draft.steps.length
  const added = Array.from({ length: count }, (_, position) => itemStep(planned, position))
  draft.plan = { ...draft.plan, steps: [...draft.plan.steps, ...added] }
  draft.graph = withItems(draft.graph, added, first)
  for (let position = 0; position < count; position++) {
    const itemOf = { step: index, position }
    draft.steps.push({ status: 'pending', attempt: 0, failures: 0, openParents: 0, itemOf })
  }
  draft.counts = { ...draft.counts, total: draft.counts.total + count }
  if (!planned.finally) draft.openMain += count
  const steps = added.map((_, position) => first + position)
  const items: Items = { values, steps, queue: steps, next: 0, open: count, failed: 0 }
  remove(draft.running, index)
  const { late: _, ...before } = stepAt(draft, index)
  draft.steps[index] = { ...before, status: 'pending', items }
  for (let place = 0; place < (planned.forEach?.maxParallel ?? 1); place++)
    releaseNext(draft, index)
  openWhenSettled(draft, index)
}

/** One item of a step has settled: the next one may begin, or the step itself. */
export function noteItem(draft: Draft, index: number): void {
  const { itemOf, status } = stepAt(draft, index)
  if (itemOf === undefined) return
  const { step, position } = itemOf
  const items = itemsOf(draft, step)
  const { maxFailures = 0 } = plannedAt(draft, step).forEach ?? {}
  const failed = items.failed + (status === 'failed' ? 1 : 0)
  setItems(draft, step, { ...items, open: items.open - 1, failed })
  if (failed <= maxFailures) releaseNext(draft, step)
  else if (items.failed <= maxFailures) leaveRest(draft, step, position)
  openWhenSettled(draft, step)
}

/** A person wants an item of a step settled in another way. */
export function reopenItem(draft: Draft, index: number): void {
  const { itemOf, error } = stepAt(draft, index)
  if (itemOf === undefined) return
  const items = itemsOf(draft, itemOf.step)
  const failed = items.failed - (error === undefined ? 0 : 1)
  setItems(draft, itemOf.step, { ...items, open: items.open + 1, failed })
  remove(draft.ready, itemOf.step)
}

/**
 * A step whose items did not all succeed is tried again: those run again that did not. Others may
 * still be under way, where the time of its group was over before they had settled.
 */
export function retryItems(draft: Draft, index: number): void {
  const { items } = stepAt(draft, index)
  if (items === undefined) return
  const failed = items.steps.filter((item) => stepAt(draft, item).passage === 'failed')
  for (const item of failed) reopenStep(draft, item)
  const open = items.steps.filter((item) => stepAt(draft, item).passage === undefined)
  const queue = open.filter((item) => stepAt(draft, item).status === 'pending')
  setItems(draft, index, { ...items, queue, next: 0, open: open.length, failed: 0 })
  remove(draft.ready, index)
  const { maxParallel = 1 } = plannedAt(draft, index).forEach ?? {}
  const underWay = open.length - queue.length
  for (let place = underWay; place < maxParallel; place++) releaseNext(draft, index)
  openWhenSettled(draft, index)
}

function reopenStep(draft: Draft, index: number): void {
  const { passage: _, endedAt: __, skipped: ___, error: ____, ...rest } = stepAt(draft, index)
  if (rest.status === 'failed' || rest.status === 'skipped') {
    draft.counts = { ...draft.counts, [rest.status]: draft.counts[rest.status] - 1 }
  }
  draft.steps[index] = { ...rest, status: 'pending', failures: 0 }
  if (!plannedAt(draft, index).finally) draft.openMain += 1
}

function releaseNext(draft: Draft, index: number): void {
  const items = itemsOf(draft, index)
  const item = items.queue[items.next]
  if (item === undefined) return
  setItems(draft, index, { ...items, next: items.next + 1 })
  if (stepAt(draft, item).status === 'pending') insert(draft.ready, item)
}

/** Too many have failed: those that have not begun will not. */
function leaveRest(draft: Draft, index: number, failed: number): void {
  const because = `${plannedAt(draft, index).id}[${failed}]`
  for (const item of itemsOf(draft, index).steps) {
    if (stepAt(draft, item).status !== 'pending') continue
    remove(draft.ready, item)
    doom(draft, item, { reason: 'dependency_failed', because })
  }
}

/** The step goes on once all its items have settled. */
function openWhenSettled(draft: Draft, index: number): void {
  const { status, items } = stepAt(draft, index)
  if (items?.open === 0 && status === 'pending') insert(draft.ready, index)
}

function itemsOf(draft: Draft, index: number): Items {
  const { items } = stepAt(draft, index)
  if (items === undefined) throw new Error(`step ${index} has no items`)
  return items
}

function setItems(draft: Draft, index: number, items: Items): void {
  const step: StepState = { ...stepAt(draft, index), items }
  draft.steps[index] = step
}
