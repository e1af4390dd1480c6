import { fieldRoles } from './roles.ts'

/** Where something is in the window, in CSS pixels. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** An element of the page, as the accessibility tree shows it, in the order of the page. */
export interface PageNode {
  /** Its place in the order of the page; `end` is that of its last descendant. */
  order: number
  end: number
  ref?: string
  role: string
  name: string
  /** What stands in it directly, or in elements without a meaning of their own. */
  text: string
  /** The text before it, or the header of its column, for what has no name. */
  label: string
  /** Words of its class, id and title, for icons. */
  hint: string
  value?: string
  secret?: boolean
  placeholder?: string
  url?: string
  states: string[]
  box?: Box
  clickable: boolean
  /** People do not see it: hidden from assistive technology, of no size, or off the screen. */
  hidden: boolean
  parent?: PageNode
  children: PageNode[]
  /** The words of its subtree, at most `MAX_WORDS` characters; empty where there are more. */
  words: string
}

/** Names longer than this name nothing. */
export const MAX_WORDS = 300

export function isWithin(node: PageNode, container: PageNode): boolean {
  return node.order >= container.order && node.order <= container.end
}

/** All nodes in the order of the page. */
export function flatten(roots: readonly PageNode[]): PageNode[] {
  const flat: PageNode[] = []
  const stack = roots.toReversed()
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    flat.push(node)
    for (let at = node.children.length - 1; at >= 0; at -= 1) {
      const child = node.children[at]
      if (child !== undefined) stack.push(child)
    }
  }
  return flat
}

/** Numbers the nodes, and gathers the words of each subtree: linear in the nodes. */
export function number(roots: readonly PageNode[]): PageNode[] {
  const flat = flatten(roots)
  for (const [order, node] of flat.entries()) {
    node.order = order
    node.end = order
  }
  for (const node of flat.toReversed()) {
    node.end = node.children.at(-1)?.end ?? node.order
    node.words = wordsOf(node)
  }
  return flat
}

function wordsOf(node: PageNode): string {
  // What a field holds, or could, names nothing around it.
  if (fieldRoles.has(node.role)) return ''
  if (node.children.length === 0) return clipped(node.text || node.name)
  const pieces: string[] = []
  let length = 0
  for (const { words, role } of node.children) {
    if (words === '' && role !== 'img') continue
    length += words.length + 1
    if (length > MAX_WORDS) return ''
    pieces.push(words)
  }
  return pieces.join(' ').trim()
}

function clipped(words: string): string {
  return words.length > MAX_WORDS ? '' : words
}
