import type { PageNode } from './page-node.ts'
import { checkRoles, fieldRoles, interactiveRoles } from './roles.ts'

/** What an element is looked for to do with it; it decides between elements of the same name. */
export type Purpose = 'press' | 'fill' | 'check' | 'select' | 'set' | 'upload' | 'read' | 'place'

const chosenFrom = new Set(['combobox', 'listbox'])
const opensChoices = new Set([
  'button',
  'textbox',
  'searchbox',
  'radiogroup',
  'menu',
  'tree',
  'grid',
])
const hasRange = new Set(['slider', 'spinbutton', 'textbox', 'combobox', 'scrollbar'])

/** What it adds to the score of an element; undefined: the element cannot be meant. */
export function suitability(node: PageNode, purpose: Purpose): number | undefined {
  const { role } = node
  switch (purpose) {
    case 'fill':
      if (fieldRoles.has(role)) return 30
      // What can be edited without a role shows as plain text.
      return interactiveRoles.has(role) || role === 'text' ? undefined : 0
    case 'check':
      if (checkRoles.has(role)) return 30
      return role === 'text' ? undefined : interactiveRoles.has(role) ? 10 : 0
    case 'select':
      if (chosenFrom.has(role)) return 30
      return opensChoices.has(role) ? 10 : role === 'text' ? undefined : 0
    case 'set':
      if (hasRange.has(role)) return 30
      return role === 'text' ? undefined : 0
    case 'press':
    case 'upload':
      if (role === 'text') return undefined
      return interactiveRoles.has(role) ? 25 : node.clickable ? 20 : 0
    case 'read':
      return role === 'text' ? undefined : interactiveRoles.has(role) ? 5 : 0
    case 'place':
      return role === 'text' ? undefined : 0
  }
}
