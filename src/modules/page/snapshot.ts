import { labelNodes } from './labels.ts'
import { type Box, number, type PageNode } from './page-node.ts'
import { fieldRoles } from './roles.ts'
import { flat } from './words.ts'

/** What `page.ariaSnapshotJSON({ mode: 'ai', boxes: true })` gives. Source: its documentation in playwright-core 1.65. */
export type AriaNode = {
  readonly role: string
  readonly name?: string
  readonly text?: string
  readonly children?: readonly (AriaNode | string)[]
  readonly ref?: string
  readonly box?: Box
  readonly url?: string
  readonly placeholder?: string
  readonly cursor?: string
  readonly ariaHidden?: boolean
  readonly active?: boolean
} & { readonly [state: string]: unknown }

/** How the window is scrolled, in CSS pixels. */
export interface Scroll {
  readonly x: number
  readonly y: number
}

const booleans = ['checked', 'disabled', 'expanded', 'pressed', 'selected', 'invalid'] as const

/** What is drawn small on purpose, because a styled label stands for it. */
const drawnByLabels = new Set(['checkbox', 'radio', 'switch', 'button', 'textbox'])

/** The snapshot as a tree with parents, labels and places, in the order of the page. */
export function readSnapshot(
  json: readonly (AriaNode | string)[],
  scroll: Scroll = { x: 0, y: 0 },
): PageNode[] {
  const read = (
    from: AriaNode | string,
    parent: PageNode | undefined,
    place: Place,
  ): PageNode | undefined => {
    const node = typeof from === 'string' ? textNode(from) : elementNode(from, place)
    if (parent !== undefined) node.parent = parent
    if (typeof from === 'string') {
      node.hidden = place.hidden
      return node
    }
    const inside = insideOf(from, node, place)
    for (const child of from.children ?? []) {
      const made = read(child, node, inside)
      if (made !== undefined) node.children.push(made)
    }
    node.text = flat(
      from.text ??
        node.children.flatMap(({ role, text }) => (role === 'text' ? [text] : [])).join(' '),
    )
    readValue(node, from)
    return node
  }
  const start: Place = { x: 0, y: 0, hidden: false, scroll }
  const roots = json.flatMap((root) => read(root, undefined, start) ?? [])
  number(roots)
  labelNodes(roots)
  return roots
}

/** What the elements around it make of a node. */
interface Place {
  readonly x: number
  readonly y: number
  readonly hidden: boolean
  /** Absent in frames, whose scrolling is not known. */
  readonly scroll: Scroll | undefined
}

function elementNode(from: AriaNode, place: Place): PageNode {
  const box = from.box && { ...from.box, x: from.box.x + place.x, y: from.box.y + place.y }
  return {
    order: 0,
    end: 0,
    ...(from.ref === undefined ? {} : { ref: from.ref }),
    role: from.role,
    name: flat(from.name ?? ''),
    text: '',
    label: '',
    hint: '',
    ...(from.placeholder === undefined ? {} : { placeholder: flat(from.placeholder) }),
    ...(from.url === undefined ? {} : { url: from.url }),
    states: statesOf(from),
    ...(box === undefined ? {} : { box }),
    clickable: from.cursor === 'pointer',
    hidden: place.hidden || from.ariaHidden === true || isUnseen(from, box, place.scroll),
    children: [],
    words: '',
  }
}

/** A text by itself. */
export function textNode(text: string, box?: PageNode['box']): PageNode {
  return {
    order: 0,
    end: 0,
    role: 'text',
    name: '',
    text: flat(text),
    label: '',
    hint: '',
    states: [],
    ...(box === undefined ? {} : { box }),
    clickable: false,
    hidden: false,
    children: [],
    words: '',
  }
}

function insideOf(from: AriaNode, node: PageNode, place: Place): Place {
  // A clipped pixel hides what is in it; what merely has no size may overflow.
  const clips = from.box !== undefined && from.box.width === 1 && from.box.height === 1
  const hidden = place.hidden || from.ariaHidden === true || clips
  if (from.role !== 'iframe') return { ...place, hidden }
  return { x: node.box?.x ?? 0, y: node.box?.y ?? 0, hidden, scroll: undefined }
}

function isUnseen(from: AriaNode, box: Box | undefined, scroll: Scroll | undefined): boolean {
  if (box === undefined || from.role === 'option') return false
  if (box.width === 0 || box.height === 0) return true
  if (box.width <= 1 && box.height <= 1 && !drawnByLabels.has(from.role)) return true
  if (scroll === undefined) return false
  return box.x + box.width + scroll.x <= 0 || box.y + box.height + scroll.y <= 0
}

function statesOf(from: AriaNode): string[] {
  const states: string[] = []
  for (const state of booleans) {
    const value = from[state]
    if (value === true) states.push(state)
    else if (typeof value === 'string') states.push(`${state}=${value}`)
  }
  if (from.active === true) states.push('focused')
  if (typeof from['level'] === 'number') states.push(`level=${from['level']}`)
  return states
}

/** What a field holds is no name of it. */
function readValue(node: PageNode, from: AriaNode): void {
  if (!fieldRoles.has(node.role) && node.role !== 'slider') return
  const chosen = node.children.find(({ states }) => states.includes('selected'))
  const value = chosen?.name ?? from.text ?? node.text
  if (value !== '') node.value = value
  node.text = ''
  if (chosen === undefined) node.children = node.children.filter(({ role }) => role !== 'text')
}
