import type { Target } from '../browser-actions/types.ts'
import type { PageNode } from './page-node.ts'
import { type Purpose, suitability } from './purposes.ts'
import { fieldRoles, interactiveRoles, roleFit } from './roles.ts'
import { compare } from './words.ts'

/** An element that a target could mean. */
export interface Match {
  readonly node: PageNode
  readonly score: number
  readonly why: string
}

/** What names an element, with how much less it counts than the accessible name. */
function namesOf(
  node: PageNode,
): readonly (readonly [words: string, less: number, what: string])[] {
  const said = [
    [node.name, 0, 'name'],
    [node.placeholder ?? '', 4, 'placeholder'],
    [node.label, 6, 'text before it'],
    [node.hint, 35, 'icon'],
  ] as const
  if (fieldRoles.has(node.role)) return said
  return [...said, [node.text, 1, 'text'], [node.words, 2, 'text in it']]
}

/** How well a node fits the name and role of a target; undefined: not at all. */
export function match(node: PageNode, target: Target, purpose: Purpose): Match | undefined {
  const suits = suitability(node, purpose)
  if (suits === undefined) return undefined
  const role = roleFit(node.role, target.role)
  if (role === 0) {
    // What listens for clicks without a role is what people call a button.
    if (!node.clickable || !['button', 'link', 'image'].includes(target.role ?? ''))
      return undefined
    if (interactiveRoles.has(node.role)) return undefined
  }
  const added = target.role === undefined ? suits : role * 20
  const kind = target.role === undefined ? '' : `${node.role}, `
  if (target.name === undefined) return { node, score: 60 + added, why: `${kind}any name`.trim() }
  let best: Match | undefined
  for (const [words, less, what] of namesOf(node)) {
    const { score, why } = compare(target.name, words)
    if (score === 0 || score - less + added <= (best?.score ?? 0)) continue
    // Whatever surrounds an element has its words in it too.
    if (what === 'text in it' && score < 90 && !isLeaf(node)) continue
    best = {
      node,
      score: score - less + added,
      why: `${kind}${why} ${what}`.replace('exact', 'the exact'),
    }
  }
  return best
}

function isLeaf({ role, clickable }: PageNode): boolean {
  return interactiveRoles.has(role) || clickable || blocks.has(role)
}

/** What people speak of by a part of what it says. */
const blocks = new Set([
  'row',
  'listitem',
  'cell',
  'gridcell',
  'heading',
  'paragraph',
  'alert',
  'status',
  'dialog',
  'option',
])

/** The matches that are as good as the best, each element once: of those in one another the one that acts, else the innermost. */
export function bestOf(matches: readonly Match[], slack = 3): Match[] {
  const top = Math.max(...matches.map(({ score }) => score))
  const rivals = matches
    .filter(({ score }) => score > top - slack)
    .toSorted((one, other) => one.node.order - other.node.order)
  return withoutWrappers(rivals)
}

/** In the order of the page an element comes before what is in it, so one pass with a stack finds the nesting. */
export function withoutWrappers(matches: readonly Match[]): Match[] {
  const dropped = new Set<Match>()
  const open: Match[] = []
  for (const inner of matches) {
    while (open.length > 0 && (open.at(-1)?.node.end ?? -1) < inner.node.order) open.pop()
    const outer = open.at(-1)
    if (outer !== undefined) dropped.add(acts(outer) && !acts(inner) ? inner : outer)
    if (outer === undefined || !dropped.has(inner)) open.push(inner)
  }
  return matches.filter((one) => !dropped.has(one))
}

function acts({ node }: Match): boolean {
  return interactiveRoles.has(node.role) || node.clickable
}
