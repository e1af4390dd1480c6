import { type Draft, doom, insert, remove } from './draft.ts'
import { isRelieved, noteReopened } from './groups.ts'
import { reopenItem } from './items.ts'
import { plannedAt, stepAt } from './state.ts'
import type { StepStatus } from './status.ts'

/** Tells a settled step's dependants; the last parent to settle decides what becomes of them. */
export function settleChildren(draft: Draft, index: number, isFirstOfGroup: boolean): void {
  for (const child of draft.graph.children[index] ?? []) {
    const step = stepAt(draft, child)
    const openParents = step.openParents - settledParents(draft, child, index, isFirstOfGroup)
    draft.steps[child] = { ...step, openParents }
    if (openParents === 0 && step.status === 'pending') open(draft, child)
  }
}

/** How many parents of a step count as settled with this one: all of a group of which one had to complete. */
function settledParents(
  draft: Draft,
  child: number,
  parent: number,
  isFirstOfGroup: boolean,
): number {
  if (!isRelieved(draft, child, parent)) return 1
  if (!isFirstOfGroup) return 0
  const { group } = plannedAt(draft, parent)
  return (draft.graph.parents[child] ?? []).filter(
    (other) =>
      plannedAt(draft, other).group === group &&
      (other === parent || stepAt(draft, other).passage === undefined),
  ).length
}

/** A settled step is open again, and with it all that was skipped because of it. */
export function reopen(draft: Draft, index: number): void {
  const opened = [index]
  for (let next = opened.pop(); next !== undefined; next = opened.pop()) {
    const { status, passage: _, endedAt: __, skipped: ___, ...rest } = stepAt(draft, next)
    draft.steps[next] = { ...rest, status: 'pending' }
    if (!plannedAt(draft, next).finally) draft.openMain += 1
    noteReopened(draft, next)
    reopenItem(draft, next)
    uncount(draft, status)
    for (const child of draft.graph.children[next] ?? []) {
      const step = stepAt(draft, child)
      if (isRelieved(draft, child, next)) continue
      draft.steps[child] = { ...step, openParents: step.openParents + 1 }
      if (step.skipped?.reason === 'dependency_failed') opened.push(child)
    }
  }
}

function uncount(draft: Draft, status: StepStatus): void {
  if (status !== 'failed' && status !== 'skipped') return
  draft.counts = { ...draft.counts, [status]: draft.counts[status] - 1 }
}

/** A step that runs last, once its time has come, however those before it ended. */
export function openFinal(draft: Draft, index: number): void {
  if (!draft.finalizing || stepAt(draft, index).openParents > 0) return
  insert(plannedAt(draft, index).when === undefined ? draft.ready : draft.undecided, index)
}

/** All parents of a pending step have settled. */
export function open(draft: Draft, index: number): void {
  const planned = plannedAt(draft, index)
  if (planned.finally) return openFinal(draft, index)
  const parents = draft.graph.parents[index] ?? []
  const failed = parents.find(
    (parent) => stepAt(draft, parent).passage === 'failed' && !isRelieved(draft, index, parent),
  )
  if (failed !== undefined && !planned.tolerant) {
    doom(draft, index, { reason: 'dependency_failed', because: plannedAt(draft, failed).id })
  } else if (parents.length > 0 && parents.every((parent) => isDead(draft, parent))) {
    doom(draft, index, { reason: 'branch_not_taken' })
  } else if (!draft.doomed.has(index)) {
    insert(planned.when === undefined ? draft.ready : draft.undecided, index)
  }
}

function isDead(draft: Draft, index: number): boolean {
  return stepAt(draft, index).passage === 'dead'
}

/** A condition has answered: the steps of a branch it did not take will not run. */
export function closeBranches(
  draft: Draft,
  index: number,
  taken: 'then' | 'else' | undefined,
): void {
  const { id, branches } = plannedAt(draft, index)
  if (branches === undefined) return
  if (taken !== 'then') closeBranch(draft, branches.then, id)
  if (taken !== 'else') closeBranch(draft, branches.else, id)
}

function closeBranch(draft: Draft, targets: readonly string[], because: string): void {
  for (const id of targets) {
    const target = draft.graph.indexOf.get(id)
    if (target === undefined) throw new Error(`the plan has no step ${id}`)
    const { status, items } = stepAt(draft, target)
    // One that runs for its items has begun.
    if (status !== 'pending' || items !== undefined || draft.doomed.has(target)) continue
    remove(draft.ready, target)
    remove(draft.undecided, target)
    doom(draft, target, { reason: 'branch_not_taken', because })
  }
}
