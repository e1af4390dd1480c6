import type { ObservedNode } from '../page/types.ts'

/** A node with those that it is in, the outermost first. */
export interface Placed {
  readonly node: ObservedNode
  readonly ancestors: readonly ObservedNode[]
}

/** All nodes of a page, in its order. */
export function* placed(
  nodes: readonly ObservedNode[],
  ancestors: readonly ObservedNode[] = [],
): Generator<Placed> {
  for (const node of nodes) {
    yield { node, ancestors }
    yield* placed(node.children, [...ancestors, node])
  }
}

export function findRef(nodes: readonly ObservedNode[], ref: string): Placed | undefined {
  for (const found of placed(nodes)) if (found.node.ref === ref) return found
  return undefined
}

/** The one element of a role and a name; undefined where there is none, or more than one. */
export function findOnly(
  nodes: readonly ObservedNode[],
  { role, name }: { readonly role: string; readonly name: string },
): Placed | undefined {
  const found = [...placed(nodes)].filter(
    ({ node }) => node.ref !== undefined && node.role === role && nameOf(node) === name,
  )
  return found.length === 1 ? found[0] : undefined
}

/** What people see of an element. */
export function nameOf({ name, text, placeholder }: ObservedNode): string {
  return name ?? text ?? placeholder ?? ''
}

const editable: ReadonlySet<string> = new Set([
  'textbox',
  'searchbox',
  'combobox',
  'spinbutton',
  'checkbox',
  'radio',
  'switch',
  'slider',
  'listbox',
])

/** Whether people enter something there. */
export function isField({ role }: ObservedNode): boolean {
  return editable.has(role)
}

/** What the fields of a page hold; the same where nobody has changed them. */
export function fieldsOf(nodes: readonly ObservedNode[]): string {
  const fields = [...placed(nodes)].flatMap(({ node }) =>
    isField(node) ? [[node.role, nameOf(node), node.value ?? '', isOn(node)]] : [],
  )
  return JSON.stringify(fields)
}

function isOn({ states }: ObservedNode): boolean {
  return states.includes('checked') || states.includes('selected')
}
