import type { Locator, Page } from 'playwright-core'
import type { PageNode } from './page-node.ts'
import { fieldRoles, interactiveRoles } from './roles.ts'
import type { ResolvedElement } from './types.ts'

/** Found by its place only. */
const byPlace = /\.(first|last|nth)\([^)]*\)/

/** An element that was found, and how to act on it. */
export interface Found {
  readonly page: Page
  readonly locator: Locator
  readonly role: string
  /** What it is called when it is spoken of. */
  readonly spoken: string
  /** Its own name, which it has wherever it stands. */
  readonly name: string
  readonly node?: PageNode
  /** What finds it and nothing else, where that is known already. */
  readonly unique?: Locator
}

/** The name that an element carries itself; what stands around it is no part of it. */
export function ownName(node: PageNode): string {
  if (node.name !== '') return node.name
  if (fieldRoles.has(node.role)) return node.placeholder ?? ''
  return node.text || node.words
}

/**
 * How the element can be found again in another load of the page. It is asked for before the element
 * is acted on, which may change it.
 */
export async function describe(found: Found): Promise<ResolvedElement> {
  const { role, name } = found
  const locator = found.unique ?? (await found.locator.normalize())
  const code = locator.toString()
  return { selector: selectorOf(locator), code, role, name, weak: byPlace.test(code) }
}

type AriaRole = Parameters<Page['getByRole']>[0]

/**
 * The locator by role and name, where the tree shows no other element that it could find: Playwright's
 * own search for one takes longer than the action.
 */
export function uniqueByRole(
  page: Page,
  node: PageNode,
  all: readonly PageNode[],
): Locator | undefined {
  const { role, name, ref = '', hidden } = node
  if (!interactiveRoles.has(role) || name === '' || name.length > 80 || hidden) return undefined
  // In the main frame references begin with e.
  if (!ref.startsWith('e')) return undefined
  const part = name.toLowerCase()
  const isOnly = all.every(
    (other) => other === node || other.role !== role || !other.name.toLowerCase().includes(part),
  )
  return isOnly ? page.getByRole(role as AriaRole, { name }) : undefined
}

/**
 * The locator as a selector string. Playwright keeps it in a private field that its own tools read too;
 * playwright-core is pinned, and a test holds it.
 */
export function selectorOf(locator: Locator): string {
  return (locator as unknown as { readonly _selector: string })._selector
}

/** As it is told: `button "Sign in"`. */
export function speak({ role, spoken }: Pick<Found, 'role' | 'spoken'>): string {
  const kind = role === 'generic' || role === '' ? 'element' : role
  return spoken === ''
    ? kind
    : `${kind} "${spoken.length > 80 ? `${spoken.slice(0, 80)}…` : spoken}"`
}
