import { closeBranches, settleChildren } from './dependants.ts'
import { type Draft, insert, remove } from './draft.ts'
import { descendantsOf } from './graph.ts'
import { noteSettled } from './groups.ts'
import { noteItem } from './items.ts'
import type { PlannedStep } from './plan.ts'
import { plannedAt, type StepState, stepAt } from './state.ts'
import type { StepStatus } from './status.ts'

/** Gives a step its new status and keeps the lists beside the steps in line with it. */
export function change(
  draft: Draft,
  event: { stepId?: string },
  changes: Partial<StepState> & { status: StepStatus },
  branch?: 'then' | 'else',
): void {
  const index = indexOf(draft, event)
  const before = stepAt(draft, index)
  draft.steps[index] = { ...withoutWait(before), ...changes }
  leave(draft, index, before)
  enter(draft, index, changes)
  if (changes.passage !== undefined) {
    if (!plannedAt(draft, index).finally) draft.openMain -= 1
    noteItem(draft, index)
    const isFirstOfGroup = noteSettled(draft, index)
    settleChildren(draft, index, isFirstOfGroup)
  }
  if (changes.passage === 'passed') closeBranches(draft, index, branch)
}

/** An undo is over: nothing that depends on the step learns of it. */
export function endUndo(
  draft: Draft,
  event: { stepId?: string },
  { status, ...changes }: Partial<StepState> & { status: 'undone' | 'completed' },
): void {
  const index = indexOf(draft, event)
  const before = stepAt(draft, index)
  const { status: was = 'completed' } = before.toUndo ?? {}
  const { resumeAt: _, undoing: __, late: ___, toUndo: ____, ...step } = before
  const { awaits: _____, interaction: ______, forPeople: _______, leftMs: ________, ...rest } = step
  draft.steps[index] = { ...rest, ...changes, status: status === 'completed' ? was : status }
  leave(draft, index, before)
  draft.undoable = draft.undoable.filter((other) => other !== index)
  if (status === 'completed') return
  const { undone = 0 } = draft.counts
  draft.counts = { ...draft.counts, [was]: draft.counts[was] - 1, undone: undone + 1 }
}

/** A step without what it waited for; most have waited for nothing, and are as they are. */
function withoutWait(step: StepState): StepState {
  const { status, concluding } = step
  if (status !== 'waiting' && status !== 'retrying' && concluding === undefined) return step
  const { resumeAt: _, escalated: __, awaits: ___, concluding: ____, ...rest } = step
  if (rest.interaction === undefined && rest.forPeople === undefined) return rest
  const { interaction: _____, forPeople: ______, leftMs: _______, ...others } = rest
  return others
}

/** The step that an event is about. @throws Error when the plan has none of the name */
export function indexOf(draft: Draft, event: { stepId?: string }): number {
  const index = draft.graph.indexOf.get(event.stepId ?? '')
  if (index === undefined)
    throw new Error(`the log names a step ${event.stepId} that is not in the plan`)
  return index
}

/** How many of its attempts have failed so far. */
export function failuresOf(draft: Draft, event: { stepId?: string }): number {
  return stepAt(draft, indexOf(draft, event)).failures
}

/** Takes a step off the lists that its status had put it on. */
export function leave(draft: Draft, index: number, before: StepState): void {
  if (before.status === 'running') remove(draft.running, index)
  if (before.status === 'pending') {
    remove(draft.ready, index)
    remove(draft.undecided, index)
    draft.doomed.delete(index)
  }
  if (before.status === 'retrying' || before.status === 'waiting') {
    remove(draft.timed, index)
    if (before.awaits !== undefined) {
      draft.awaiting = draft.awaiting.filter((other) => other !== index)
      remove(draft.people, index)
    }
    if (before.escalated !== undefined) remove(draft.escalated, index)
  }
}

function enter(
  draft: Draft,
  index: number,
  changes: Partial<StepState> & { status: StepStatus },
): void {
  switch (changes.status) {
    case 'running':
      insert(draft.running, index)
      return
    case 'retrying':
    case 'waiting':
      if (changes.resumeAt !== undefined) insert(draft.timed, index)
      if (changes.awaits !== undefined) {
        draft.awaiting = [...draft.awaiting, index].sort((a, b) => a - b)
      }
      if (changes.escalated !== undefined) insert(draft.escalated, index)
      return
    case 'pending':
      // Its parents may have been opened again while it was under way.
      if (stepAt(draft, index).openParents === 0) insert(draft.ready, index)
      return
    case 'completed':
      // An interrupted undo leaves it completed, which is counted already.
      if (changes.passage === undefined) return
      if (isUndoable(plannedAt(draft, index))) noteUndoable(draft, index)
      draft.counts = { ...draft.counts, completed: draft.counts.completed + 1 }
      return
    case 'failed':
    case 'skipped':
    case 'cancelled':
      if (changes.passage === undefined) return
      draft.counts = { ...draft.counts, [changes.status]: draft.counts[changes.status] + 1 }
      return
    case 'undone':
      return
  }
}

/** Of a step that runs for each item, the items are undone. */
function isUndoable({ undo, forEach }: PlannedStep): boolean {
  return undo !== undefined && forEach === undefined
}

/** One that was opened again completes after steps that were built on it, and is undone after them. */
function noteUndoable(draft: Draft, index: number): void {
  const { toUndo: _, ...step } = stepAt(draft, index)
  if (step.rewinds === undefined) {
    draft.undoable = [...draft.undoable, index]
    return
  }
  draft.steps[index] = step
  const others = draft.undoable.filter((other) => other !== index)
  const after = descendantsOf(draft.graph, index)
  const place = others.findIndex((other) => after.has(other))
  draft.undoable = others.toSpliced(place === -1 ? others.length : place, 0, index)
}
