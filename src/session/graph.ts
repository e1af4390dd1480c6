import type { Plan } from './plan.ts'

/** A plan's dependencies by step index, computed once per session. */
export interface Graph {
  readonly indexOf: ReadonlyMap<string, number>
  readonly parents: readonly (readonly number[])[]
  readonly children: readonly (readonly number[])[]
}

/** @throws Error when a step depends on one that the plan does not have; plans are checked before. */
export function graphOf(plan: Plan): Graph {
  const indexOf = new Map(plan.steps.map((step, index) => [step.id, index]))
  const parents = plan.steps.map((step) => step.dependsOn.map((id) => indexIn(indexOf, id)))
  const children: number[][] = plan.steps.map(() => [])
  parents.forEach((ofStep, index) => {
    for (const parent of ofStep) children[parent]?.push(index)
  })
  return { indexOf, parents, children }
}

function indexIn(indexOf: ReadonlyMap<string, number>, id: string): number {
  const index = indexOf.get(id)
  if (index === undefined) throw new Error(`the plan has no step ${id}`)
  return index
}
