/** The steps of a condition's two branches, `then` first. */
export type Targets = readonly [readonly number[], readonly number[]]

export const noTargets: Targets = [[], []]

/** What a list needs to know of a step. */
interface Grouped {
  readonly group: string | undefined
}

/** Sets, for the steps of one list, what each comes after; `start` is what the first comes after. */
export function line(
  members: readonly number[],
  start: readonly number[],
  steps: readonly Grouped[],
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
function endOfRun(members: readonly number[], from: number, steps: readonly Grouped[]): number {
  const group = steps[members[from] ?? -1]?.group
  let end = from + 1
  while (group !== undefined && end < members.length && steps[members[end] ?? -1]?.group === group)
    end++
  return end
}

/** The steps that must settle before what follows: a condition's include the ends of its branches. */
function exits(
  run: readonly number[],
  steps: readonly Grouped[],
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

function lastRun(members: readonly number[], steps: readonly Grouped[]): readonly number[] {
  const group = steps[members.at(-1) ?? -1]?.group
  let from = Math.max(members.length - 1, 0)
  while (group !== undefined && from > 0 && steps[members[from - 1] ?? -1]?.group === group) from--
  return members.slice(from).reverse()
}
