import type { Target } from '../browser-actions/types.ts'
import { anchorsOf } from './containers.ts'
import type { Match } from './matches.ts'
import type { Box, PageNode } from './page-node.ts'
import { roleFit } from './roles.ts'

/** Nearer by less than this is as near, in CSS pixels. */
const SAME_PX = 2

/** The matches that stand nearest to what the target names. */
export function nearest(
  matches: readonly Match[],
  beside: Target,
  all: readonly PageNode[],
  places: readonly Box[] = [],
): Match[] {
  const named = beside.name === undefined ? all : anchorsOf(beside.name, all)
  const anchors = named.filter(({ role }) => roleFit(role, beside.role) > 0)
  const boxes = [...places, ...(beside.selector === undefined ? anchors.map(boxOf) : [])]
  const own = new Set(matches.map(({ node }) => node))
  const others = boxes.filter((_, at) => places.length > 0 || !own.has(anchors[at] as PageNode))
  const far = matches.map((one) => {
    const box = boxOf(one.node)
    return { one, distance: Math.min(...others.map((other) => gap(box, other))) }
  })
  const least = Math.min(...far.map(({ distance }) => distance))
  if (!Number.isFinite(least)) return []
  return far.filter(({ distance }) => distance <= least + SAME_PX).map(({ one }) => one)
}

/** Texts have no box of their own: they are where their element is. */
function boxOf(node: PageNode): Box | undefined {
  return node.box ?? (node.parent === undefined ? undefined : boxOf(node.parent))
}

/** From edge to edge; a bit more where the middles are not in line. */
function gap(one: Box | undefined, other: Box | undefined): number {
  if (one === undefined || other === undefined) return Number.POSITIVE_INFINITY
  const between = (from: number, size: number, to: number, otherSize: number) =>
    Math.max(0, to - (from + size), from - (to + otherSize))
  const across = between(one.x, one.width, other.x, other.width)
  const down = between(one.y, one.height, other.y, other.height)
  const middles =
    Math.abs(one.x + one.width / 2 - other.x - other.width / 2) +
    Math.abs(one.y + one.height / 2 - other.y - other.height / 2)
  // What is in line, across or down, is next to something; what is askew belongs to another line.
  const askew = across > 0 && down > 0 ? 40 : 0
  return across + down + askew + middles / 100
}
