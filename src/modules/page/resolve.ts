import type { Target } from '../browser-actions/types.ts'
import { inside } from './containers.ts'
import { bestOf, type Match, match, withoutWrappers } from './matches.ts'
import { nearest } from './nearness.ts'
import type { Box, PageNode } from './page-node.ts'
import type { Purpose } from './purposes.ts'
import { roleFit } from './roles.ts'
import type { Candidate } from './types.ts'
import { similarity } from './words.ts'

/** How many candidates are told. */
const MAX_CANDIDATES = 8

/** What a target means on a page. */
export interface Resolution {
  /** None: nothing fits; several: they fit alike. In the order of the page. */
  readonly meant: readonly PageNode[]
  readonly candidates: readonly Candidate[]
}

/** Finds what a target means among the nodes of a page, in the order of the page. */
export function resolve(
  target: Target,
  all: readonly PageNode[],
  purpose: Purpose,
  nearBoxes: readonly Box[] = [],
): Resolution {
  const every = all.flatMap((node) => match(node, target, purpose) ?? [])
  const seen = every.filter(({ node }) => !node.hidden)
  for (const matches of [seen, every]) {
    const scoped = target.in === undefined ? matches : inside(matches, target.in, all)
    if (scoped.length > 0) return choose(scoped, target, all, nearBoxes)
  }
  return { meant: [], candidates: [] }
}

function choose(
  matches: readonly Match[],
  target: Target,
  all: readonly PageNode[],
  nearBoxes: readonly Box[],
): Resolution {
  const candidates = rank(matches)
  let best = target.name === undefined ? withoutWrappers(bestOf(matches, 1)) : bestOf(matches)
  if (target.near !== undefined) best = nearest(best, target.near, all, nearBoxes)
  if (target.nth !== undefined) {
    const ofThem = target.near === undefined ? sameKind(matches, best) : best
    const one = ofThem.at(target.nth < 0 ? target.nth : target.nth - 1)
    return { meant: one === undefined ? [] : [one.node], candidates }
  }
  return { meant: best.map(({ node }) => node), candidates }
}

/** What an ordinal counts: names that only contain the words differ in length, and count alike. */
function sameKind(matches: readonly Match[], best: readonly Match[]): readonly Match[] {
  const first = best[0]
  if (first === undefined || !/part of/.test(first.why)) return best
  return bestOf(
    matches.filter(({ why }) => why === first.why),
    30,
  )
}

function rank(matches: readonly Match[]): Candidate[] {
  return matches
    .toSorted((one, other) => other.score - one.score || one.node.order - other.node.order)
    .slice(0, MAX_CANDIDATES)
    .map(({ node, score, why }) => ({
      role: node.role,
      name: nameOf(node),
      score: Math.round(score),
      why,
    }))
}

/** What comes nearest to a target that nothing fits. */
export function nearMisses(
  target: Target,
  all: readonly PageNode[],
  purpose: Purpose,
): Candidate[] {
  const wanted = target.name ?? ''
  const scored = all.flatMap((node) => {
    const name = nameOf(node)
    if (node.role === 'text' || node.hidden || name === '' || name.length > 100) return []
    const alike = similarity(wanted, name)
    const role = roleFit(node.role, target.role)
    const fits = target.role !== undefined && role > 0 ? 0.2 : 0
    const suits = match(node, {}, purpose) === undefined ? -0.2 : 0
    const score = alike + fits + suits
    if (score < 0.2) return []
    return [{ role: node.role, name, score: Math.round(score * 100), why: 'a similar name' }]
  })
  const distinct = new Map(scored.map((one) => [`${one.role} ${one.name}`, one]))
  return [...distinct.values()]
    .toSorted((one, other) => other.score - one.score)
    .slice(0, MAX_CANDIDATES)
}

/** What an element is called when it is spoken of. */
export function nameOf(node: PageNode): string {
  return node.name || node.label || node.placeholder || node.text || node.words || node.hint
}
