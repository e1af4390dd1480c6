import dagre from '@dagrejs/dagre'
import { ancestorsOf, type Links } from '../design/links.ts'
import type { Item } from '../design/outline.ts'
import { NODE_HEIGHT, NODE_WIDTH, type Placed } from '../parts/graph-layout.ts'

/** Where each step goes, with room between two for what can be done there. */
export function layoutDesign(
  items: readonly Item[],
  links: Links,
  direction: 'LR' | 'TB',
): readonly Placed[] {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: direction, nodesep: 34, ranksep: 68, marginx: 20, marginy: 20 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { index } of items) {
    graph.setNode(String(index), { width: NODE_WIDTH, height: NODE_HEIGHT })
  }
  for (const item of items) {
    for (const parent of drawnParents(item, links)) {
      graph.setEdge(String(parent), String(item.index))
    }
  }
  dagre.layout(graph)
  return items.map(({ index }) => {
    const { x, y } = graph.node(String(index))
    return { x: x - NODE_WIDTH / 2, y: y - NODE_HEIGHT / 2 }
  })
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

/** What is beside the graph on a page, in pixels: the navigation, and the panel where there is room. */
const BESIDE = 260
const PANEL = 396
const TWO_COLUMNS_FROM = 1100

/** From left to right where that can be read without looking closer, else downwards. */
export function directionFor(items: readonly Item[], links: Links, pageWidth: number): 'LR' | 'TB' {
  if (pageWidth < 700) return 'TB'
  const room = pageWidth - BESIDE - (pageWidth > TWO_COLUMNS_FROM ? PANEL : 0)
  const widest = Math.max(...layoutDesign(items, links, 'LR').map(({ x }) => x), 0) + NODE_WIDTH
  return widest > room * 1.15 ? 'TB' : 'LR'
}
