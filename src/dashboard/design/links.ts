import type { Item } from './outline.ts'

/** What each step comes after, by index. */
export interface Links {
  /** All of it. */
  readonly parents: readonly ReadonlySet<number>[]
  /** What it would come after if it did not say: by its place in the list. */
  readonly byPlace: readonly ReadonlySet<number>[]
  /** The conditions that choose it; it comes after them whatever it says. */
  readonly choosers: readonly ReadonlySet<number>[]
}

/**
 * What each step comes after, by the same rules as the service (docs/workflows.md, Order). Names that
 * no step has, and names across the line to finally steps, link nothing.
 */
export function linksOf(items: readonly Item[]): Links {
  const find = finder(items)
  const branches = items.map((item) => {
    const taken = new Set([item.index])
    const side = (names: readonly string[]) =>
      names.flatMap((name) => {
        const index = find(item, name)
        if (index === undefined || taken.has(index)) return []
        taken.add(index)
        return [index]
      })
    return [side(item.then), side(item.else)] as const
  })
  const choosers = items.map(() => new Set<number>())
  branches.forEach((sides, chooser) => {
    for (const target of sides.flat()) choosers[target]?.add(chooser)
  })
  const byPlace = items.map(() => new Set<number>())
  const line = liner(items, branches, byPlace)
  for (const list of listsOf(items)) {
    line(
      list.filter((index) => choosers[index]?.size === 0),
      [],
    )
  }
  branches.forEach((sides, chooser) => {
    for (const members of sides) line(members, [chooser])
  })
  const parents = items.map((item, index) => {
    const named = item.dependsOn?.flatMap((name) => find(item, name) ?? [])
    return new Set([...(named ?? byPlace[index] ?? []), ...(choosers[index] ?? [])])
  })
  return { parents, byPlace, choosers }
}

/** The ids of steps that wait for one another, in the order they would run; undefined where none do. */
export function cycleOf(items: readonly Item[], { parents }: Links): readonly string[] | undefined {
  const done = new Set<number>()
  for (const { index: root } of items) {
    const path = [{ index: root, open: [...(parents[root] ?? [])] }]
    while (!done.has(root)) {
      const here = path.at(-1)
      if (here === undefined) break
      const parent = here.open.pop()
      const at = path.findIndex(({ index }) => index === parent)
      if (parent === undefined) {
        done.add(here.index)
        path.pop()
      } else if (at !== -1) {
        const ids = path.slice(at).map(({ index }) => items[index]?.id ?? '')
        return [...ids, ids[0] ?? ''].reverse()
      } else if (!done.has(parent)) path.push({ index: parent, open: [...(parents[parent] ?? [])] })
    }
  }
  return undefined
}

/** All that has settled whenever a step starts. */
export function ancestorsOf(index: number, { parents }: Links): ReadonlySet<number> {
  const found = new Set(parents[index])
  for (const one of found) for (const parent of parents[one] ?? []) found.add(parent)
  return found
}

function finder(items: readonly Item[]) {
  const indexOf = new Map(items.map(({ id, index }) => [id, index]))
  return ({ isFinally }: Item, name: string): number | undefined => {
    const index = indexOf.get(name)
    return index !== undefined && items[index]?.isFinally === isFinally ? index : undefined
  }
}

/** The normal steps, and each row of finally steps. */
function listsOf(items: readonly Item[]): readonly (readonly number[])[] {
  const normal: number[] = []
  const rows: number[][] = []
  for (const { index, isFinally } of items) {
    if (!isFinally) normal.push(index)
    else if (items[index - 1]?.isFinally) rows.at(-1)?.push(index)
    else rows.push([index])
  }
  return [normal, ...rows]
}

type Branches = readonly (readonly [readonly number[], readonly number[]])[]

function liner(items: readonly Item[], branches: Branches, byPlace: readonly Set<number>[]) {
  const lastRow = (members: readonly number[]): readonly number[] => {
    const group = items[members.at(-1) ?? -1]?.group
    let from = Math.max(members.length - 1, 0)
    while (group !== undefined && from > 0 && items[members[from - 1] ?? -1]?.group === group)
      from--
    return members.slice(from)
  }
  const exits = (row: readonly number[]): ReadonlySet<number> => {
    const found = new Set(row)
    for (const index of found) {
      for (const side of branches[index] ?? []) for (const end of lastRow(side)) found.add(end)
    }
    return found
  }
  return (members: readonly number[], start: readonly number[]) => {
    let before: ReadonlySet<number> = new Set(start)
    for (let from = 0; from < members.length; ) {
      const group = items[members[from] ?? -1]?.group
      let to = from + 1
      while (group !== undefined && items[members[to] ?? -1]?.group === group) to++
      const row = members.slice(from, to)
      for (const member of row) for (const one of before) byPlace[member]?.add(one)
      before = exits(row)
      from = to
    }
  }
}
