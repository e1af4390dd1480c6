import { addCycles } from './cycles.ts'
import type { Faults, Path } from './faults.ts'
import { line, noTargets, type Targets } from './lines.ts'

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
  /** Whether it runs when all others have settled. */
  readonly isFinally: boolean
  /** For a condition: the steps it chooses between, and where each name stood. */
  readonly branches: Branches | undefined
  branchAt(branch: Side, index: number): Path
}

export interface Branches {
  readonly then: readonly string[]
  readonly else: readonly string[]
}

type Side = keyof Branches

/**
 * What each step depends on, by index into the steps. In a plain list each step depends on the one
 * before; steps in a row with the same group share what the group depends on, and the next step
 * depends on all of them. The steps of a branch are a list of their own that begins at the
 * condition; what follows the condition depends on it and on the ends of its branches.
 * Finally steps stand outside: each row of them is a list of its own that depends on nothing.
 * Unknown names, names across that line and cycles become faults; such a name is left out.
 */
export function linkSteps(
  steps: readonly GraphStep[],
  faults: Faults,
): readonly (readonly number[])[] {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index] as const))
  const find = (step: GraphStep, id: string, at: Path) =>
    findOnSameSide(step, id, at, steps, indexOf, faults)
  const branches = steps.map((step, index) => resolveBranches(step, index, find, faults))
  const conditionsOf = conditionsByTarget(branches)

  const before: number[][] = steps.map(() => [])
  for (const list of listsOf(steps)) {
    const unchosen = list.filter((index) => !conditionsOf.has(index))
    line(unchosen, [], steps, branches, before)
  }
  branches.forEach((branch, condition) => {
    for (const members of branch) line(members, [condition], steps, branches, before)
  })

  const parents = steps.map((step, index) => {
    const named = step.dependsOn?.flatMap((id, at) => find(step, id, step.dependencyAt(at)))
    return [...new Set([...(named ?? before[index] ?? []), ...(conditionsOf.get(index) ?? [])])]
  })
  addCycles(steps, parents, faults)
  return parents
}

/** The normal steps, and each row of finally steps. */
function listsOf(steps: readonly GraphStep[]): readonly (readonly number[])[] {
  const normal: number[] = []
  const rows: number[][] = []
  steps.forEach(({ isFinally }, index) => {
    if (!isFinally) normal.push(index)
    else if (steps[index - 1]?.isFinally) rows.at(-1)?.push(index)
    else rows.push([index])
  })
  return [normal, ...rows]
}

type Find = (step: GraphStep, id: string, at: Path) => readonly number[]

function resolveBranches(step: GraphStep, self: number, find: Find, faults: Faults): Targets {
  const { branches } = step
  if (branches === undefined) return noTargets
  const taken = new Set<number>()
  const resolveSide = (side: Side) =>
    branches[side].flatMap((id, at) => {
      const place = step.branchAt(side, at)
      const [target] = find(step, id, place)
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

/** The step that another names; none where there is none, or only one across the line. */
function findOnSameSide(
  { id: self, isFinally }: GraphStep,
  id: string,
  at: Path,
  steps: readonly GraphStep[],
  indexOf: ReadonlyMap<string, number>,
  faults: Faults,
): readonly number[] {
  const index = indexOf.get(id)
  if (index === undefined) {
    faults.add(at, 'UNKNOWN_STEP', `the workflow has no step "${id}"`)
    return []
  }
  if (steps[index]?.isFinally === isFinally) return [index]
  const message = isFinally
    ? `"${self}" is a finally step: it runs after "${id}" anyway, and can name finally steps only`
    : `"${id}" is a finally step: it runs after all others, so "${self}" cannot name it`
  faults.add(at, 'INVALID_VALUE', message)
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
