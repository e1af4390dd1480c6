import type { PageNode } from './page-node.ts'
import { interactiveRoles } from './roles.ts'

/** The part of the page that the window shows, in CSS pixels. */
export interface Viewport {
  readonly width: number
  readonly height: number
}

export interface Rendered {
  readonly text: string
  readonly truncated: boolean
}

/** A single text is cut after this many characters. */
const MAX_TEXT = 500

/** How useful a node is to whoever decides: lower comes into the budget first. */
type Rank = number

/**
 * The nodes as indented lines within a budget of characters. Dialogs come into it first, then what is
 * around the focus, then the window, then the rest; in each what can be acted on first. What is
 * written stays in the order of the page.
 */
export function render(
  flat: readonly PageNode[],
  viewport: Viewport,
  budgetChars: number,
): Rendered {
  const lines = flat.flatMap((node) => {
    const line = lineOf(node)
    return line === undefined ? [] : [{ node, line, rank: rankOf(node, viewport) }]
  })
  const depths = depthsOf(lines.map(({ node }) => node))
  const costs = lines.map(({ line }, at) => line.length + 2 * (depths[at] ?? 0) + 1)
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  const kept = total <= budgetChars ? undefined : choose(lines, costs, budgetChars)
  const text = lines
    .flatMap(({ line }, at) =>
      kept === undefined || kept.has(at) ? [`${'  '.repeat(depths[at] ?? 0)}${line}`] : [],
    )
    .join('\n')
  return kept === undefined
    ? { text, truncated: false }
    : { text: `${text}\n${cutLine(lines, kept, viewport)}`, truncated: true }
}

function choose(
  lines: readonly { readonly rank: Rank }[],
  costs: readonly number[],
  budgetChars: number,
): Set<number> {
  const order = lines.map((_, at) => at)
  order.sort((one, other) => (lines[one]?.rank ?? 0) - (lines[other]?.rank ?? 0) || one - other)
  const kept = new Set<number>()
  // What was left out is said in a line of its own.
  let left = budgetChars - 200
  for (const at of order) {
    const cost = costs[at] ?? 0
    if (cost > left) continue
    left -= cost
    kept.add(at)
  }
  return kept
}

function cutLine(
  lines: readonly { readonly node: PageNode }[],
  kept: ReadonlySet<number>,
  viewport: Viewport,
): string {
  const cut = lines.filter((_, at) => !kept.has(at)).map(({ node }) => node)
  const acts = cut.filter(({ role }) => interactiveRoles.has(role)).length
  const below = cut.filter((node) => !isInWindow(node, viewport)).length
  return `[cut: ${cut.length} of ${lines.length} lines, ${acts} of them controls, ${below} outside the window; scroll, or extract a part]`
}

function rankOf(node: PageNode, viewport: Viewport): Rank {
  const acts = interactiveRoles.has(node.role) || node.clickable
  const kind = acts ? 0 : /^(heading|alert|status|img)$/.test(node.role) ? 1 : 2
  return placeOf(node, viewport) * 3 + kind
}

function placeOf(node: PageNode, viewport: Viewport): number {
  for (let at: PageNode | undefined = node; at !== undefined; at = at.parent) {
    if (at.role === 'dialog' || at.role === 'alertdialog') return 0
  }
  if (isByFocus(node)) return 1
  return isInWindow(node, viewport) ? 2 : 3
}

/** In the same row, form or group as the focus; the body as a whole has it where nothing does. */
function isByFocus(node: PageNode): boolean {
  const near: readonly (PageNode | undefined)[] = [node, node.parent]
  return near.some(
    (place) =>
      place !== undefined &&
      place.parent !== undefined &&
      (place.states.includes('focused') ||
        (place.children.length < 50 &&
          place.children.some(({ states }) => states.includes('focused')))),
  )
}

function isInWindow(node: PageNode, viewport: Viewport): boolean {
  const box = node.box ?? node.parent?.box
  if (box === undefined) return false
  return box.y < viewport.height && box.y + box.height > 0 && box.x < viewport.width
}

/** A line for what says something; what only groups gives none. */
function lineOf(node: PageNode): string | undefined {
  if (node.hidden) return undefined
  if (node.role === 'text') {
    // A node whose only content is its text says it in its own line.
    return node.text === '' ? undefined : `text: ${clip(node.text)}`
  }
  const isPlain = node.role === 'generic' || node.role === 'rowgroup' || node.role === 'paragraph'
  const ownText = node.children.length === 0 ? node.text : ''
  if (isPlain && ownText === '' && node.name === '' && !node.clickable) return undefined
  const name = node.name === '' ? '' : ` "${clip(node.name)}"`
  const label = node.name === '' && node.label !== '' ? ` (by "${clip(node.label)}")` : ''
  const hint =
    node.name === '' && ownText === '' && node.hint !== '' ? ` (icon "${clip(node.hint)}")` : ''
  const states = node.states.map((state) => ` [${state}]`).join('')
  const clickable = node.clickable && !interactiveRoles.has(node.role) ? ' [clickable]' : ''
  const ref = node.ref === undefined ? '' : ` [ref=${node.ref}]`
  const value = node.value === undefined ? '' : ` = ${JSON.stringify(clip(node.value))}`
  const placeholder =
    node.placeholder === undefined ? '' : ` (placeholder "${clip(node.placeholder)}")`
  const url = node.url === undefined ? '' : ` -> ${clip(node.url)}`
  const text = ownText === '' || ownText === node.name ? '' : `: ${clip(ownText)}`
  return `${node.role}${name}${label}${hint}${states}${clickable}${ref}${value}${placeholder}${url}${text}`
}

function clip(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text
}

/** How many of those that have a line each is in. */
function depthsOf(nodes: readonly PageNode[]): number[] {
  const open: PageNode[] = []
  return nodes.map((node) => {
    while (open.length > 0 && (open.at(-1)?.end ?? -1) < node.order) open.pop()
    open.push(node)
    return Math.min(open.length - 1, 20)
  })
}
