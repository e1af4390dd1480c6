import type { Target } from '../browser-actions/types.ts'
import type { Match } from './matches.ts'
import { isWithin, type PageNode } from './page-node.ts'
import { containerRoles, roleFit } from './roles.ts'
import { compare } from './words.ts'

/** How many places that bear the name of a container are looked at. */
const MAX_ANCHORS = 500

/** The matches that are in the smallest containers of that role and name that hold any. */
export function inside(
  matches: readonly Match[],
  container: Target,
  all: readonly PageNode[],
): Match[] {
  const scope = container.in === undefined ? all : placesWithin(container.in, all)
  const places = containersOf(container, scope, matches)
  return matches.filter(({ node }) =>
    places.some((place) => place !== node && isWithin(node, place)),
  )
}

/** The containers that a target means, of those that hold any of the matches. */
export function containersOf(
  container: Target,
  all: readonly PageNode[],
  matches: readonly Match[],
): PageNode[] {
  const orders = matches.map(({ node }) => node.order).toSorted((one, other) => one - other)
  const holds = (node: PageNode) => firstAfter(orders, node.order) <= node.end
  const found =
    container.name === undefined
      ? all.filter((node) => isOfRole(node, container, 2) && holds(node))
      : aroundAnchors(container, all, holds)
  const smallest = innermost(found)
  const { nth } = container
  if (nth === undefined) return smallest
  const ofThem =
    container.name === undefined ? all.filter((node) => isOfRole(node, container, 2)) : smallest
  const one = ofThem.at(nth < 0 ? nth : nth - 1)
  return one === undefined ? [] : [one]
}

function placesWithin(outer: Target, all: readonly PageNode[]): PageNode[] {
  const every = all.map((node) => ({ node, score: 0, why: '' }))
  const places = containersOf(outer, all, every)
  return all.filter((node) => places.some((place) => isWithin(node, place)))
}

/** From each place that bears the name outwards, to the first container that holds a match. */
function aroundAnchors(
  container: Target,
  all: readonly PageNode[],
  holds: (node: PageNode) => boolean,
): PageNode[] {
  const anchors = anchorsOf(container.name ?? '', all)
  const roles = container.role === undefined || container.role === 'element' ? [0] : [2, 1, 0]
  for (const least of roles) {
    const found = anchors.flatMap((anchor) => {
      for (let place: PageNode | undefined = anchor; place !== undefined; place = place.parent) {
        if (isOfRole(place, container, least) && holds(place)) return [place]
      }
      return []
    })
    if (found.length > 0) return found
    // A section without a role is known by its heading only; a row is a row.
    if (least === 1 && !['region', 'form'].includes(container.role ?? '')) return []
  }
  return []
}

function isOfRole(node: PageNode, { role, name }: Target, least: number): boolean {
  if (least > 0 && role !== undefined) return roleFit(node.role, role) >= least
  if (name === undefined) return containerRoles.has(node.role)
  return node.children.length > 0
}

/** The nodes that bear the name best: exactly, else loosely, else in part. */
export function anchorsOf(name: string, all: readonly PageNode[]): PageNode[] {
  const tiers: PageNode[][] = [[], [], []]
  for (const node of all) {
    const best = Math.max(
      ...[node.name, node.text, node.label, node.words].map((words) => compare(name, words).score),
    )
    if (best === 0) continue
    tiers[best >= 100 ? 0 : best >= 90 ? 1 : 2]?.push(node)
  }
  const tier = tiers.find(({ length }) => length > 0) ?? []
  return tier.slice(0, MAX_ANCHORS)
}

/** Without those that hold another of them. */
function innermost(nodes: readonly PageNode[]): PageNode[] {
  const sorted = [...new Set(nodes)].toSorted((one, other) => one.order - other.order)
  return sorted.filter((node, at) => {
    const next = sorted[at + 1]
    return next === undefined || !isWithin(next, node)
  })
}

/** The least of the sorted orders that is not below `order`. */
function firstAfter(orders: readonly number[], order: number): number {
  let low = 0
  let high = orders.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((orders[middle] ?? 0) < order) low = middle + 1
    else high = middle
  }
  return orders[low] ?? Number.POSITIVE_INFINITY
}
