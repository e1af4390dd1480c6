import { StepstreamError } from '../errors.ts'
import type { SessionCommand } from './commands.ts'
import type { Decision } from './decision.ts'
import { ancestorsOf, descendantsOf } from './graph.ts'
import { openIndex } from './interactions.ts'
import { plannedAt, type SessionState, type Skip, stepAt } from './state.ts'

type PushBack = Extract<SessionCommand, { type: 'pushBack' }>

/**
 * A person sends the session back from an approval to an earlier step, which runs anew, and with it
 * all that has settled between the two.
 * @throws StepstreamError INTERACTION_OVER, INTERACTION_MISMATCH, STEP_NOT_FOUND, ILLEGAL_TRANSITION
 */
export function pushBack(decision: Decision, command: PushBack): void {
  const { interactionId, note, actor, digest } = command
  const { state } = decision
  const approval = openIndex(state, interactionId)
  const { interaction, attempt } = stepAt(state, approval)
  if (interaction?.kind !== 'approval') {
    const message = `${interactionId} is no approval: nothing can be pushed back from it`
    throw new StepstreamError('INTERACTION_MISMATCH', message)
  }
  const to = targetOf(state, approval, command)
  refuseUnlessOpen(state)
  const between = stepsBetween(state, to, approval)
  refuseUnlessSettled(state, approval, between)
  const steps = openedBy(state, to, approval, between).sort((a, b) => a - b)
  refuseItems(state, steps)
  const { id: stepId } = plannedAt(state, approval)
  const { id: toStep } = plannedAt(state, to)
  const saidBy = actor === undefined ? {} : { actor }
  const saying = note === undefined ? {} : { note }
  decision.emit({
    type: 'interaction.answered',
    stepId,
    attempt,
    data: { interactionId, decision: 'push_back', toStep, ...saying, ...saidBy, digest },
  })
  decision.emit({
    type: 'step.rewound',
    stepId,
    attempt,
    data: {
      toStep,
      steps: steps.map((index) => plannedAt(state, index).id),
      output: { decision: 'pushed_back', by: actor ?? null, ...saying },
    },
  })
}

/** The step to go back to: one before the approval that completed. */
function targetOf(state: SessionState, approval: number, { toStep }: PushBack): number {
  const { id } = plannedAt(state, approval)
  if (stepAt(state, approval).itemOf !== undefined) refuse(`${id} is for one item of a step`)
  if (toStep === undefined) return onlyParent(state, approval)
  const index = state.graph.indexOf.get(toStep)
  if (index === undefined) {
    throw new StepstreamError('STEP_NOT_FOUND', `the session has no step ${toStep}`)
  }
  if (!ancestorsOf(state.graph, approval).has(index)) refuse(`${toStep} does not come before ${id}`)
  const { status } = stepAt(state, index)
  if (status !== 'completed') refuse(`${toStep} is ${status}`)
  return index
}

function onlyParent(state: SessionState, approval: number): number {
  const parents = state.graph.parents[approval] ?? []
  const completed = parents.filter((index) => stepAt(state, index).status === 'completed')
  const [only] = completed
  if (only === undefined) return refuse('no step before it has completed')
  return completed.length === 1 ? only : refuse('several steps come before it: name one as toStep')
}

function refuseUnlessOpen({ stopping, rollback, finalizing }: SessionState): void {
  if (stopping !== undefined || rollback !== undefined || finalizing) {
    refuse('the session is about to end')
  }
}

/** Both ends included. */
function stepsBetween({ graph }: SessionState, to: number, approval: number): ReadonlySet<number> {
  const before = ancestorsOf(graph, approval)
  const between = [...descendantsOf(graph, to)].filter((index) => before.has(index))
  return new Set([to, ...between, approval])
}

/** Where one step of a group is enough, others may have yet to begin. */
function refuseUnlessSettled(
  state: SessionState,
  approval: number,
  between: ReadonlySet<number>,
): void {
  for (const index of between) {
    const { status, passage } = stepAt(state, index)
    if (passage !== undefined || index === approval) continue
    refuse(`${plannedAt(state, index).id}, in between, is ${status}`)
  }
}

/**
 * What is open again: all that has settled on the way, and what was left out because of that. A step
 * on a branch that another condition did not take stays left out.
 */
function openedBy(
  state: SessionState,
  to: number,
  approval: number,
  between: ReadonlySet<number>,
): number[] {
  const opened = new Set<number>([to, approval])
  const open = [to]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const child of state.graph.children[index] ?? []) {
      const { passage, skipped } = stepAt(state, child)
      if (opened.has(child) || passage === undefined) continue
      if (skipped !== undefined && isElsewhere(state, child, opened)) continue
      if (!between.has(child) && !isLeftOut(skipped)) continue
      opened.add(child)
      open.push(child)
    }
  }
  return [...opened]
}

function isLeftOut(skipped: Skip | undefined): boolean {
  return skipped?.reason === 'dependency_failed' || skipped?.reason === 'branch_not_taken'
}

/** Whether a condition leaves it out that does not answer anew; another one may have been the first to. */
function isElsewhere(state: SessionState, index: number, opened: ReadonlySet<number>): boolean {
  const { id } = plannedAt(state, index)
  return (state.graph.parents[index] ?? []).some((parent) => {
    const { branches } = plannedAt(state, parent)
    const { passage, branch } = stepAt(state, parent)
    if (branches === undefined || passage !== 'passed' || opened.has(parent)) return false
    return (['then', 'else'] as const).some((one) => one !== branch && branches[one].includes(id))
  })
}

/** What is open again has no items from before, and what builds on it is not in the middle of its items. */
function refuseItems(state: SessionState, steps: readonly number[]): void {
  for (const index of steps) {
    if (stepAt(state, index).items === undefined) continue
    refuse(`${plannedAt(state, index).id}, which would be open again, ran for items`)
  }
  for (const index of steps.flatMap((each) => state.graph.children[each] ?? [])) {
    const { items, passage } = stepAt(state, index)
    if (items === undefined || passage !== undefined) continue
    refuse(`${plannedAt(state, index).id}, which builds on it, runs for items`)
  }
}

function refuse(reason: string): never {
  throw new StepstreamError('ILLEGAL_TRANSITION', `cannot push back: ${reason}`)
}
