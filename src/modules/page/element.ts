import type { Locator, Page } from 'playwright-core'
import type { PageNode } from './page-node.ts'
import { fieldRoles } from './roles.ts'
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
  const locator = await found.locator.normalize()
  const code = locator.toString()
  return { selector: selectorOf(locator), code, role, name, weak: byPlace.test(code) }
}

/**
 * The locator as a selector string. Playwright keeps it in a private field that its own tools read too;
 * playwright-core is pinned, and a test holds it.
 */
function selectorOf(locator: Locator): string {
  return (locator as unknown as { readonly _selector: string })._selector
}

/** As it is told: `button "Sign in"`. */
export function speak({ role, spoken }: Pick<Found, 'role' | 'spoken'>): string {
  const kind = role === 'generic' || role === '' ? 'element' : role
  return spoken === ''
    ? kind
    : `${kind} "${spoken.length > 80 ? `${spoken.slice(0, 80)}…` : spoken}"`
}
