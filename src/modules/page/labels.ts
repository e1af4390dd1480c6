import { flatten, type PageNode } from './page-node.ts'
import { checkRoles, fieldRoles } from './roles.ts'
import { flat } from './words.ts'

/** How long a text may be to name the field after it. */
const MAX_LABEL = 120

/** Gives what has no name the text before it, or after a check box, or the header of its column: one pass. */
export function labelNodes(roots: readonly PageNode[]): void {
  let before = ''
  let waiting: PageNode | undefined
  for (const node of flatten(roots)) {
    const words = ownWords(node)
    if (words !== '') {
      if (waiting !== undefined && waiting.parent === node.parent) {
        waiting.label = words
        // The text belongs to the box before it, not to the next field.
        waiting = undefined
        before = ''
        continue
      }
      waiting = undefined
      before = words
      continue
    }
    if (!takesLabel(node)) continue
    if (node.name === '') {
      node.label = before
      if (checkRoles.has(node.role)) waiting = node
    }
    before = ''
  }
  labelByColumns(roots)
}

/** What a piece of text says, of whatever kind it is. */
function ownWords(node: PageNode): string {
  if (takesLabel(node) || node.hidden) return ''
  const words = node.role === 'text' || node.children.length === 0 ? node.text || node.name : ''
  return words.length > MAX_LABEL ? '' : flat(words).replace(/\s*[:*]+\s*$/, '')
}

function takesLabel({ role }: PageNode): boolean {
  return fieldRoles.has(role) || checkRoles.has(role) || role === 'slider' || role === 'listbox'
}

/** The header over a cell names an unnamed field in it, where no text stands before it in its row. */
function labelByColumns(roots: readonly PageNode[]): void {
  for (const table of flatten(roots)) {
    if (table.role !== 'table' && table.role !== 'grid') continue
    let headers: PageNode[] = []
    for (const row of rowsOf(table)) {
      const cells = row.children
      if (cells.length > 0 && cells.every(({ role }) => role === 'columnheader')) {
        headers = cells
        continue
      }
      for (const [at, cell] of cells.entries()) {
        const header = headers[at]
        if (header === undefined) continue
        for (const field of flatten([cell])) {
          if (takesLabel(field) && field.name === '') field.label = header.name || header.words
        }
      }
    }
  }
}

function rowsOf(table: PageNode): PageNode[] {
  return table.children.flatMap((child) =>
    child.role === 'row' ? [child] : child.children.filter(({ role }) => role === 'row'),
  )
}
