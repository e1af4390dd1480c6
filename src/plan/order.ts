/**
 * The steps in an order in which each comes after its parents (Kahn). The graph must have no cycle.
 */
function topologicalOrder(parents: readonly (readonly number[])[]): readonly number[] {
  const children: number[][] = parents.map(() => [])
  const waiting = parents.map((ofStep, index) => {
    for (const parent of ofStep) children[parent]?.push(index)
    return ofStep.length
  })
  const order = waiting.flatMap((count, index) => (count === 0 ? [index] : []))
  for (let at = 0; at < order.length; at++) {
    for (const child of children[order[at] ?? -1] ?? []) {
      const left = (waiting[child] ?? 0) - 1
      waiting[child] = left
      if (left === 0) order.push(child)
    }
  }
  return order
}

/** Answers whether one step is among the ancestors of another. Made when first asked. */
export function ancestry(
  parents: readonly (readonly number[])[],
): (ancestor: number, step: number) => boolean {
  let sets: readonly Uint32Array[] | undefined
  return (ancestor, step) => {
    if (parents[step]?.includes(ancestor)) return true
    sets ??= ancestorSets(parents)
    return ((sets[step]?.[ancestor >>> 5] ?? 0) & (1 << (ancestor & 31))) !== 0
  }
}

/** One bit for each ancestor of each step. */
function ancestorSets(parents: readonly (readonly number[])[]): readonly Uint32Array[] {
  const words = (parents.length + 31) >>> 5
  const sets = parents.map(() => new Uint32Array(words))
  for (const step of topologicalOrder(parents)) {
    const own = sets[step]
    if (own === undefined) continue
    for (const parent of parents[step] ?? []) {
      const inherited = sets[parent]
      for (let word = 0; word < words; word++) {
        own[word] = (own[word] ?? 0) | (inherited?.[word] ?? 0)
      }
      own[parent >>> 5] = (own[parent >>> 5] ?? 0) | (1 << (parent & 31))
    }
  }
  return sets
}

/** The weight of the heaviest path through the graph. */
function heaviestPath(
  order: readonly number[],
  parents: readonly (readonly number[])[],
  weightOf: (step: number) => number,
): number {
  const until: number[] = parents.map(() => 0)
  let heaviest = 0
  for (const step of order) {
    let before = 0
    for (const parent of parents[step] ?? []) before = Math.max(before, until[parent] ?? 0)
    const total = before + weightOf(step)
    until[step] = total
    heaviest = Math.max(heaviest, total)
  }
  return heaviest
}

/** The weight of the heaviest path, and behind it that of the heaviest one through the finally steps. */
export function heaviestRun(
  parents: readonly (readonly number[])[],
  isFinally: (step: number) => boolean,
  weightOf: (step: number) => number,
): number {
  const order = topologicalOrder(parents)
  const weightIf = (isIn: (step: number) => boolean) =>
    heaviestPath(order, parents, (step) => (isIn(step) ? weightOf(step) : 0))
  return weightIf((step) => !isFinally(step)) + weightIf(isFinally)
}
