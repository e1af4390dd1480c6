import { addCycles } from './cycles.ts'
import type { Faults, Path } from './faults.ts'

/** What the graph needs to know of a step. */
export interface GraphStep {
  readonly id: string
  /** Where the step stood in the body. */
  readonly at: Path
  /** As posted; undefined means "the step before". */
  readonly dependsOn: readonly string[] | undefined
  /** Where the given dependency stood. */
  dependencyAt(index: number): Path
  readonly group: string | undefined
  /** For a condition: the steps it chooses between, and where each name stood. */
  readonly branches: Branches | undefined
  branchAt(branch: Side, index: number): Path
}

export interface Branches {
  readonly then: readonly string[]
  readonly else: readonly string[]
}

type Side = keyof Branches

/** The steps of a condition's two branches, `then` first. */
type Targets = readonly [readonly number[], readonly number[]]

const noTargets: Targets = [[], []]

/**
 * What each step depends on, by index into the steps. In a plain list each step depends on the one
 * before; steps in a row with the same group share what the group depends on, and the next step
 * depends on all of them. The steps of a branch are a list of their own that begins at the
 * condition; what follows the condition depends on it and on the ends of its branches.
 * Unknown names and cycles become faults; an unknown name is left out.
 */
export function linkSteps(
  steps: readonly GraphStep[],
  faults: Faults,
): readonly (readonly number[])[] {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index] as const))
  const branches = steps.map((step, index) => resolveBranches(step, index, indexOf, faults))
  const conditionsOf = conditionsByTarget(branches)

  const before: number[][] = steps.map(() => [])
  const main = steps.flatMap((_, index) => (conditionsOf.has(index) ? [] : [index]))
  line(main, [], steps, branches, before)
  branches.forEach((branch, condition) => {
    for (const members of branch) line(members, [condition], steps, branches, before)
  })

  const parents = steps.map((step, index) => {
    const named = step.dependsOn?.flatMap((id, at) =>
      resolve(id, step.dependencyAt(at), indexOf, faults),
    )
    return [...new Set([...(named ?? before[index] ?? []), ...(conditionsOf.get(index) ?? [])])]
  })
  addCycles(steps, parents, faults)
  return parents
}

function resolveBranches(
  step: GraphStep,
  self: number,
  indexOf: ReadonlyMap<string, number>,
  faults: Faults,
): Targets {
  const { branches } = step
  if (branches === undefined) return noTargets
  const taken = new Set<number>()
  const resolveSide = (side: Side) =>
    branches[side].flatMap((id, at) => {
      const place = step.branchAt(side, at)
      const [target] = resolve(id, place, indexOf, faults)
      if (target === undefined) return []
      if (target === self) {
        faults.add(place, 'DEPENDENCY_CYCLE', `a condition cannot choose itself: ${id} → ${id}`)
        return []
      }
      if (taken.has(target)) {
        faults.add(
          place,
          'INVALID_VALUE',
          `step "${id}" is named twice by the branches of "${step.id}"`,
        )
        return []
      }
      taken.add(target)
      return [target]
    })
  return [resolveSide('then'), resolveSide('else')]
}

function resolve(
  id: string,
  at: Path,
  indexOf: ReadonlyMap<string, number>,
  faults: Faults,
): readonly number[] {
  const index = indexOf.get(id)
  if (index !== undefined) return [index]
  faults.add(at, 'UNKNOWN_STEP', `the workflow has no step "${id}"`)
  return []
}

function conditionsByTarget(branches: readonly Targets[]): Map<number, number[]> {
  const conditions = new Map<number, number[]>()
  branches.forEach((branch, condition) => {
    for (const target of branch.flat()) {
      const known = conditions.get(target)
      if (known === undefined) conditions.set(target, [condition])
      else known.push(condition)
    }
  })
  return conditions
}

/** Sets, for the steps of one list, what each comes after; `frontier` is what the first comes after. */
function line(
  members: readonly number[],
  start: readonly number[],
  steps: readonly GraphStep[],
  branches: readonly Targets[],
  before: number[][],
): void {
  let frontier = start
  for (let from = 0; from < members.length; ) {
    const run = members.slice(from, endOfRun(members, from, steps))
    for (const member of run) before[member]?.push(...frontier)
    frontier = exits(run, steps, branches)
    from += run.length
  }
}

/** Where the steps end that run side by side from `from` on. */
function endOfRun(members: readonly number[], from: number, steps: readonly GraphStep[]): number {
  const group = steps[members[from] ?? -1]?.group
  let end = from + 1
  while (group !== undefined && end < members.length && steps[members[end] ?? -1]?.group === group)
    end++
  return end
}

/** The steps that must settle before what follows: a condition's include the ends of its branches. */
function exits(
  run: readonly number[],
  steps: readonly GraphStep[],
  branches: readonly Targets[],
): readonly number[] {
  const found = new Set<number>()
  const open = [...run].reverse()
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    if (found.has(index)) continue
    found.add(index)
    const [yes, no] = branches[index] ?? noTargets
    open.push(...lastRun(no, steps), ...lastRun(yes, steps))
  }
  return [...found]
}

function lastRun(members: readonly number[], steps: readonly GraphStep[]): readonly number[] {
  const group = steps[members.at(-1) ?? -1]?.group
  let from = Math.max(members.length - 1, 0)
  while (group !== undefined && from > 0 && steps[members[from - 1] ?? -1]?.group === group) from--
  return members.slice(from).reverse()
}
