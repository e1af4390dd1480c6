import type { Locator, Page } from 'playwright-core'
import { type Box, flatten, number, type PageNode } from './page-node.ts'
import { interactiveRoles } from './roles.ts'
import type { Scroll } from './snapshot.ts'
import { flat } from './words.ts'

/** At most so many elements that listen are added to a page. */
const MAX_ADDED = 2000

/** What CDP's `DOMSnapshot.captureSnapshot` gives, as far as it is used. Source: the protocol's documentation. */
interface DomSnapshot {
  readonly documents: readonly {
    readonly scrollOffsetX?: number
    readonly scrollOffsetY?: number
    readonly nodes: {
      readonly parentIndex?: readonly number[]
      readonly nodeType?: readonly number[]
      readonly nodeName?: readonly number[]
      readonly nodeValue?: readonly number[]
      readonly attributes?: readonly (readonly number[])[]
      readonly isClickable?: { readonly index: readonly number[] }
    }
    readonly layout: {
      readonly nodeIndex: readonly number[]
      readonly bounds: readonly (readonly number[])[]
    }
  }[]
  readonly strings: readonly string[]
}

/**
 * Adds what listens for clicks and is missing from the accessibility tree: texts folded into those
 * around them, icons without a name. What names it are its text and the words of its class, id and title.
 * @returns how to find what was added
 */
export async function addListeners(
  page: Page,
  roots: PageNode[],
  scroll: Scroll,
): Promise<Map<string, Locator>> {
  const cdp = await page.context().newCDPSession(page)
  try {
    const options = { computedStyles: [], includePaintOrder: false, includeDOMRects: false }
    const snapshot: DomSnapshot = await cdp.send('DOMSnapshot.captureSnapshot', options)
    return addFrom(page, roots, readListeners(snapshot, scroll))
  } finally {
    await cdp.detach()
  }
}

interface Listener {
  readonly path: string
  readonly hint: string
  readonly text: string
  readonly box: Box
}

function addFrom(
  page: Page,
  roots: PageNode[],
  listeners: readonly Listener[],
): Map<string, Locator> {
  const known = new Map<string, PageNode>()
  for (const node of flatten(roots)) {
    if (node.box !== undefined && node.ref !== undefined) known.set(cornerOf(node.box), node)
  }
  const locators = new Map<string, Locator>()
  for (const [at, listener] of listeners.slice(0, MAX_ADDED).entries()) {
    const same = known.get(cornerOf(listener.box))
    if (same !== undefined) {
      if (interactiveRoles.has(same.role)) continue
      same.clickable = true
      if (same.hint === '') same.hint = listener.hint
      continue
    }
    const ref = `c${at}`
    locators.set(ref, page.locator(`css=${listener.path}`))
    place(roots, nodeOf(listener, ref))
  }
  number(roots)
  return locators
}

function nodeOf({ hint, text, box }: Listener, ref: string): PageNode {
  return {
    order: 0,
    end: 0,
    ref,
    role: 'generic',
    name: '',
    text,
    label: '',
    hint,
    states: [],
    box,
    clickable: true,
    hidden: false,
    children: [],
    words: text,
  }
}

/** Into the innermost element around its middle. */
function place(roots: PageNode[], added: PageNode): void {
  const { x, y, width, height } = added.box as Box
  const holds = ({ box, role }: PageNode) =>
    role !== 'text' &&
    box !== undefined &&
    x + width / 2 >= box.x &&
    x + width / 2 <= box.x + box.width &&
    y + height / 2 >= box.y &&
    y + height / 2 <= box.y + box.height
  let parent: PageNode | undefined
  let inner = roots.find(holds)
  while (inner !== undefined) {
    parent = inner
    inner = parent.children.find(holds)
  }
  if (parent === undefined) roots.push(added)
  else {
    added.parent = parent
    parent.children.push(added)
  }
}

/** Of the main document: its clickable elements with where they are and how they are reached. */
function readListeners({ documents, strings }: DomSnapshot, scroll: Scroll): Listener[] {
  const main = documents[0]
  if (main === undefined) return []
  const { nodes, layout } = main
  const parents = nodes.parentIndex ?? []
  const boxes = new Map(layout.nodeIndex.map((node, at) => [node, layout.bounds[at] ?? []]))
  const texts = textsOf(nodes, strings)
  const children = childElements(nodes)
  const name = (at: number) => (strings[nodes.nodeName?.[at] ?? -1] ?? '').toLowerCase()
  const pathOf = (node: number): string | undefined => {
    const steps: string[] = []
    for (let at = node; at > 0; at = parents[at] ?? -1) {
      if (nodes.nodeType?.[at] === 9) break
      // A fragment is a shadow root, whose place among the children of its host is not known.
      if (nodes.nodeType?.[at] !== 1) return undefined
      const siblings = children.get(parents[at] ?? -1) ?? []
      const isRoot = name(at) === 'html'
      steps.unshift(isRoot ? 'html' : `${name(at)}:nth-child(${siblings.indexOf(at) + 1})`)
    }
    return steps.length === 0 ? undefined : steps.join(' > ')
  }
  return (nodes.isClickable?.index ?? []).flatMap((node) => {
    const [x = 0, y = 0, width = 0, height = 0] = boxes.get(node) ?? []
    if (width === 0 || height === 0 || ['html', 'body'].includes(name(node))) return []
    const hint = hintOf(nodes.attributes?.[node] ?? [], strings)
    const text = texts.get(node) ?? ''
    const path = hint === '' && text === '' ? undefined : pathOf(node)
    if (path === undefined) return []
    const box = {
      x: Math.round(x - scroll.x),
      y: Math.round(y - scroll.y),
      width: Math.round(width),
      height: Math.round(height),
    }
    return [{ path, hint, text, box }]
  })
}

type Nodes = DomSnapshot['documents'][number]['nodes']

function childElements(nodes: Nodes): Map<number, number[]> {
  const children = new Map<number, number[]>()
  for (const [at, parent] of (nodes.parentIndex ?? []).entries()) {
    if (nodes.nodeType?.[at] !== 1) continue
    const siblings = children.get(parent)
    if (siblings === undefined) children.set(parent, [at])
    else siblings.push(at)
  }
  return children
}

/** The text of each element that holds little; from the last node to the first, so that children come before parents. */
function textsOf(nodes: Nodes, strings: readonly string[]): Map<number, string> {
  const texts = new Map<number, string>()
  const parents = nodes.parentIndex ?? []
  for (let at = parents.length - 1; at > 0; at -= 1) {
    const own =
      nodes.nodeType?.[at] === 3 ? (strings[nodes.nodeValue?.[at] ?? -1] ?? '') : texts.get(at)
    const parent = parents[at]
    if (own === undefined || parent === undefined || own.trim() === '') continue
    const joined = flat(`${own.slice(0, 200)} ${texts.get(parent) ?? ''}`)
    texts.set(parent, joined.slice(0, 200))
  }
  return texts
}

/** The words of what people who write pages call an icon. */
function hintOf(attributes: readonly number[], strings: readonly string[]): string {
  const words: string[] = []
  for (let at = 0; at + 1 < attributes.length; at += 2) {
    const name = strings[attributes[at] ?? -1] ?? ''
    if (!['class', 'id', 'title', 'name', 'data-icon', 'data-action', 'alt'].includes(name))
      continue
    words.push(strings[attributes[at + 1] ?? -1] ?? '')
  }
  const split = words
    .join(' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
  return [...new Set(split.map((word) => word.toLowerCase()))].join(' ').trim().slice(0, 200)
}

function cornerOf({ x, y, width, height }: Box): string {
  return `${x} ${y} ${width} ${height}`
}
