import type { Faults, Path } from './faults.ts'

interface Node {
  readonly id: string
  readonly at: Path
  readonly dependsOn: readonly string[] | undefined
  dependencyAt(index: number): Path
}

/** Beyond this many cycles the first ones are enough to go on with. */
const MAX_CYCLES = 10

/**
 * Adds a fault for each cycle, spelled out in the order the steps would wait for one another
 * backwards: `a → b → a` means that b depends on a, and a on b. Iterative: a chain of ten thousand
 * steps must not overflow the stack.
 */
export function addCycles(
  nodes: readonly Node[],
  parents: readonly (readonly number[])[],
  faults: Faults,
): void {
  const done = new Uint8Array(nodes.length)
  let found = 0
  for (let root = 0; root < nodes.length; root++) {
    const path = [{ index: root, next: 0 }]
    const depthOf = new Map([[root, 0]])
    while (done[root] === 0) {
      const here = path.at(-1)
      if (here === undefined) break
      const parent = parents[here.index]?.[here.next++]
      if (parent === undefined) {
        done[here.index] = 1
        depthOf.delete(here.index)
        path.pop()
      } else if (depthOf.has(parent)) {
        const cycle = path.slice(depthOf.get(parent)).map(({ index }) => index)
        addCycle(cycle, nodes, faults)
        if (++found === MAX_CYCLES) return
      } else if (done[parent] === 0) {
        depthOf.set(parent, path.length)
        path.push({ index: parent, next: 0 })
      }
    }
  }
}

/** The steps of a cycle, each depending on the next and the last on the first. */
function addCycle(cycle: readonly number[], nodes: readonly Node[], faults: Faults): void {
  const ids = cycle.map((index) => nodes[index]?.id ?? '')
  const [first = ''] = ids
  const spelled = [first, ...ids.slice(1).reverse(), first]
  const shown = spelled.length > 22 ? [...spelled.slice(0, 20), '…', first] : spelled
  const blamed = nodes[cycle[0] ?? -1]
  if (blamed === undefined) return
  const place = blamed.dependsOn?.indexOf(ids[1] ?? first) ?? -1
  faults.add(
    place === -1 ? blamed.at : blamed.dependencyAt(place),
    'DEPENDENCY_CYCLE',
    `the steps wait for one another: ${shown.join(' → ')}`,
  )
}
