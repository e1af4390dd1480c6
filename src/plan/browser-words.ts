import type { Json, JsonObject } from '../json.ts'
import { isObject } from './body.ts'

/** When a step needs an AI connection. */
export const aiNeeds = ['never', 'ifNotFound', 'always'] as const

export type AiNeed = (typeof aiNeeds)[number]

/** Roles that people call something else. */
const roleWords: Readonly<Record<string, string>> = {
  textbox: 'text box',
  searchbox: 'search box',
  radio: 'radio button',
  combobox: 'dropdown',
  listbox: 'list',
  listitem: 'item',
  menuitem: 'menu item',
  spinbutton: 'number field',
  region: 'section',
}

/** The element a browser step acts on in words: `button "Sign in" in the row "Ada"`; undefined: none. */
export function targetWords(uses: string, input: JsonObject): string | undefined {
  if (uses !== 'browser') return undefined
  const { target, to, do: action } = input
  if (target === undefined) return undefined
  const words = describe(target)
  return action === 'drag' && to !== undefined ? `${words} to ${describe(to)}` : words
}

/**
 * Whether a step is left to an AI: a goal always; what a browser step says of its element or page
 * where nothing on the page answers to the words; nothing else.
 */
export function aiNeedOf(uses: string, input: JsonObject): AiNeed {
  if (uses === 'ai') return 'always'
  if (uses !== 'browser') return 'never'
  const { target, to, page } = input
  return page !== undefined || isInWords(target) || isInWords(to) ? 'ifNotFound' : 'never'
}

function isInWords(target: Json | undefined): boolean {
  if (target === undefined) return false
  return !isObject(target) || target['selector'] === undefined
}

function describe(target: Json): string {
  if (!isObject(target)) return JSON.stringify(target)
  const { name, role, nth, in: container, near, selector } = target
  const kind = typeof role === 'string' ? (roleWords[role] ?? role) : undefined
  const named = typeof name === 'string' ? JSON.stringify(name) : undefined
  const selected = typeof selector === 'string' ? `element ${selector}` : undefined
  return [
    typeof nth === 'number' ? ordinal(nth) : undefined,
    kind,
    selected,
    named,
    near === undefined ? undefined : `next to ${describe(near as Json)}`,
    container === undefined ? undefined : `in the ${describe(container as Json)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ')
}

function ordinal(nth: number): string {
  if (nth === -1) return 'last'
  if (nth < 0) return `${suffixed(-nth)} to last`
  return nth === 1 ? 'first' : suffixed(nth)
}

function suffixed(count: number): string {
  const isTeen = Math.floor(count / 10) % 10 === 1
  const suffix = isTeen ? undefined : { 1: 'st', 2: 'nd', 3: 'rd' }[count % 10]
  return `${count}${suffix ?? 'th'}`
}
