import type { Plan, PlannedStep } from './plan.ts'

/** A plan's dependencies by step index, computed once per session. */
export interface Graph {
  readonly indexOf: ReadonlyMap<string, number>
  readonly parents: readonly (readonly number[])[]
  readonly children: readonly (readonly number[])[]
  /** The steps that run last. */
  readonly finals: readonly number[]
  /** The steps that come after all of a group of which one has to complete, by the group's name. */
  readonly relievedBy: ReadonlyMap<string, ReadonlySet<number>>
}

/** @throws Error when a step depends on one that the plan does not have; plans are checked before. */
export function graphOf(plan: Plan): Graph {
  const indexOf = new Map(plan.steps.map((step, index) => [step.id, index]))
  const parents = plan.steps.map((step) => step.dependsOn.map((id) => indexIn(indexOf, id)))
  const children: number[][] = plan.steps.map(() => [])
  parents.forEach((ofStep, index) => {
    for (const parent of ofStep) children[parent]?.push(index)
  })
  const finals = plan.steps.flatMap((step, index) => (step.finally ? [index] : []))
  return { indexOf, parents, children, finals, relievedBy: relievedBy(plan, parents) }
}

/** The graph with steps for items behind the others; they depend on nothing, and nothing on them. */
export function withItems(graph: Graph, items: readonly PlannedStep[], first: number): Graph {
  const indexOf = new Map(graph.indexOf)
  for (const [position, { id }] of items.entries()) indexOf.set(id, first + position)
  const none = items.map(() => [])
  const finals = items.flatMap((item, position) => (item.finally ? [first + position] : []))
  return {
    ...graph,
    indexOf,
    parents: [...graph.parents, ...none],
    children: [...graph.children, ...none],
    finals: [...graph.finals, ...finals],
  }
}

/** All steps that come after one. */
export function descendantsOf({ children }: Graph, index: number): ReadonlySet<number> {
  return reachable(children, index)
}

/** All steps that come before one. */
export function ancestorsOf({ parents }: Graph, index: number): ReadonlySet<number> {
  return reachable(parents, index)
}

function reachable(edges: readonly (readonly number[])[], from: number): ReadonlySet<number> {
  const found = new Set<number>()
  const open = [from]
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    for (const next of edges[index] ?? []) {
      if (found.has(next)) continue
      found.add(next)
      open.push(next)
    }
  }
  return found
}

function relievedBy(
  { groups = {}, steps }: Plan,
  parents: readonly (readonly number[])[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const loose = Object.entries(groups).filter(([, { waitForAll }]) => waitForAll === false)
  return new Map(
    loose.map(([name]) => {
      const isMember = (index: number) => steps[index]?.group === name
      const size = steps.filter(({ group }) => group === name).length
      const after = parents.flatMap((ofStep, index) =>
        ofStep.filter(isMember).length === size ? [index] : [],
      )
      return [name, new Set(after)]
    }),
  )
}

function indexIn(indexOf: ReadonlyMap<string, number>, id: string): number {
  const index = indexOf.get(id)
  if (index === undefined) throw new Error(`the plan has no step ${id}`)
  return index
}
