import { ancestorsOf, type Links } from '../design/links.ts'
import type { Item } from '../design/outline.ts'
import { layoutGraph, NODE_WIDTH, type Placed, type Spacing } from '../parts/graph-layout.ts'

/** With room between two for what can be done there. */
const SPACING: Spacing = { beside: 34, between: 68, around: 20 }

/** What is beside the graph on a page, in pixels: the navigation, and the panel where there is room. */
const BESIDE = 260
const PANEL = 396
const TWO_COLUMNS_FROM = 1100

export interface DesignLayout {
  readonly direction: 'LR' | 'TB'
  readonly places: readonly Placed[]
}

/**
 * Where each step goes: from left to right where that can be read without looking closer, else downwards.
 * @param parents of each step, by index
 */
export function layoutDesign(
  parents: readonly (readonly number[])[],
  pageWidth: number,
): DesignLayout {
  if (pageWidth < 700) return laidOut(parents, 'TB')
  const room = pageWidth - BESIDE - (pageWidth > TWO_COLUMNS_FROM ? PANEL : 0)
  const across = laidOut(parents, 'LR')
  const widest = Math.max(...across.places.map(({ x }) => x), 0) + NODE_WIDTH
  return widest > room * 1.15 ? laidOut(parents, 'TB') : across
}

function laidOut(
  parents: readonly (readonly number[])[],
  direction: DesignLayout['direction'],
): DesignLayout {
  const steps = parents.map((own, index) => ({ id: String(index), dependsOn: own.map(String) }))
  return { direction, places: [...layoutGraph(steps, direction, SPACING).values()] }
}

/** Where an arrow key leads from a step; undefined: nowhere. */
export function stepToward(
  key: string,
  index: number,
  places: readonly Placed[],
): number | undefined {
  const here = places[index]
  const [dx, dy] =
    key === 'ArrowRight'
      ? [1, 0]
      : key === 'ArrowLeft'
        ? [-1, 0]
        : key === 'ArrowDown'
          ? [0, 1]
          : [0, -1]
  if (here === undefined) return undefined
  let best: number | undefined
  let least = Number.POSITIVE_INFINITY
  places.forEach((place, other) => {
    const along = (place.x - here.x) * dx + (place.y - here.y) * dy
    const across = Math.abs((place.x - here.x) * dy) + Math.abs((place.y - here.y) * dx)
    if (other === index || along <= 0) return
    const distance = along + across * 2
    if (distance < least) {
      least = distance
      best = other
    }
  })
  return best
}

/** What nobody wrote, and others on the way say already, is not drawn. */
export function drawnParents({ index, dependsOn }: Item, links: Links): readonly number[] {
  const parents = [...(links.parents[index] ?? [])]
  if (dependsOn !== undefined || parents.length < 2) return parents
  const above = parents.map((parent) => ({ parent, ancestors: ancestorsOf(parent, links) }))
  return parents.filter(
    (parent) =>
      links.choosers[index]?.has(parent) ||
      !above.some((other) => other.parent !== parent && other.ancestors.has(parent)),
  )
}
