import type { Json } from '../json.ts'
import { open } from './dependants.ts'
import { type Draft, remove } from './draft.ts'
import { isRelieved, noteRewound } from './groups.ts'
import { plannedAt, type StepState, stepAt, type Variable } from './state.ts'
import { leave } from './step-change.ts'

/**
 * Steps are open again as if they had not begun, but for the numbers of their attempts, and run anew
 * in their order; the one that sent the session back keeps an output for them to read.
 */
export function rewind(
  draft: Draft,
  index: number,
  { steps, output }: { readonly steps: readonly string[]; readonly output: Json },
): void {
  const opened = steps.map((id) => indexIn(draft, id))
  for (const each of opened) reset(draft, each)
  draft.steps[index] = { ...stepAt(draft, index), output }
  forgetVariables(draft, new Set(steps))
  const groups = new Map(opened.map((each) => [plannedAt(draft, each).group, each]))
  for (const each of groups.values()) noteRewound(draft, each)
  const affected = new Set(opened)
  for (const each of opened) {
    for (const child of draft.graph.children[each] ?? []) affected.add(child)
    const { group = '' } = plannedAt(draft, each)
    for (const child of draft.graph.relievedBy.get(group) ?? []) affected.add(child)
  }
  for (const each of affected) recount(draft, each)
  for (const each of affected) place(draft, each)
}

function reset(draft: Draft, index: number): void {
  const before = stepAt(draft, index)
  const { status, passage, attempt, held, waits, answer, escalations, openParents } = before
  leave(draft, index, before)
  if (passage !== undefined && !plannedAt(draft, index).finally) draft.openMain += 1
  if (status === 'completed') draft.completedMs -= durationOf(before)
  if (status === 'completed' || status === 'failed' || status === 'skipped') {
    draft.counts = { ...draft.counts, [status]: draft.counts[status] - 1 }
  }
  if (draft.failure?.stepId === plannedAt(draft, index).id) delete draft.failure
  draft.steps[index] = {
    status: 'pending',
    attempt,
    failures: 0,
    openParents,
    rewinds: (before.rewinds ?? 0) + 1,
    ...(held === undefined ? {} : { held }),
    ...(waits === undefined ? {} : { waits }),
    ...(answer === undefined ? {} : { answer }),
    ...(escalations === undefined ? {} : { escalations }),
    ...toUndoOf(draft, index, before),
  }
}

/** What it did is still there until it completes again. */
function toUndoOf(draft: Draft, index: number, { status, output, toUndo }: StepState) {
  if (toUndo !== undefined) return { toUndo }
  if (status !== 'completed' || !draft.undoable.includes(index)) return {}
  return { toUndo: output === undefined ? {} : { output } }
}

function durationOf({ kept, startedAt, endedAt = 0 }: StepState): number {
  return kept?.durationMs ?? endedAt - (startedAt ?? endedAt)
}

/** What these steps have set is as it was before. */
function forgetVariables(draft: Draft, steps: ReadonlySet<string>): void {
  const isTheirs = ({ setBy }: Variable) => setBy !== undefined && steps.has(setBy)
  for (const [name, latest] of draft.variables) {
    const values: Variable[] = []
    for (let each: Variable | undefined = latest; each !== undefined; each = each.earlier) {
      values.push(each)
    }
    if (!values.some(isTheirs)) continue
    const initial: Variable = { value: draft.plan.vars?.[name] ?? null }
    const left = values
      .filter((each) => !isTheirs(each))
      .reduceRight<Variable | undefined>(
        (earlier, { earlier: _, ...each }) => (earlier === undefined ? each : { ...each, earlier }),
        undefined,
      )
    draft.variables = new Map(draft.variables).set(name, left ?? initial)
  }
}

function recount(draft: Draft, index: number): void {
  const openParents = (draft.graph.parents[index] ?? []).filter(
    (parent) => stepAt(draft, parent).passage === undefined && !isRelieved(draft, index, parent),
  ).length
  draft.steps[index] = { ...stepAt(draft, index), openParents }
}

/** One that has not begun waits for its parents, or may begin. */
function place(draft: Draft, index: number): void {
  const { status, openParents } = stepAt(draft, index)
  if (status !== 'pending') return
  remove(draft.ready, index)
  remove(draft.undecided, index)
  draft.doomed.delete(index)
  if (openParents === 0) open(draft, index)
}

function indexIn(draft: Draft, id: string): number {
  const index = draft.graph.indexOf.get(id)
  if (index === undefined) throw new Error(`the log names a step ${id} that is not in the plan`)
  return index
}
