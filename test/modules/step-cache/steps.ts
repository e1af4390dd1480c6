import type { BrowserAction } from '../../../src/modules/browser-actions/types.ts'
import type { ResolvedElement } from '../../../src/modules/page/types.ts'
import type { CachedSteps, CacheKey } from '../../../src/modules/step-cache/types.ts'

export const key: CacheKey = {
  tenant: 'acme',
  text: 'Put the blue mug into the cart',
  url: 'https://shop.example/products',
}

export function element(name: string, changes: Partial<ResolvedElement> = {}): ResolvedElement {
  return {
    selector: `internal:role=button[name="${name}"s]`,
    code: `getByRole('button', { name: '${name}', exact: true })`,
    role: 'button',
    name,
    weak: false,
    ...changes,
  }
}

/** Clicks on buttons of these names, one after the other. */
export function clicks(...names: readonly string[]): CachedSteps {
  return { actions: names.map((name) => ({ action: clickOf(name), target: element(name) })) }
}

/** A click on a button that is found by its place. */
export function weakClick(place = 1): CachedSteps {
  const target = element('Add to cart', { selector: `button >> nth=${place}`, weak: true })
  return { actions: [{ action: clickOf('Add to cart'), target }] }
}

/** A sequence of one action. */
export function only(action: BrowserAction): CachedSteps {
  return { actions: [{ action }] }
}

function clickOf(name: string): BrowserAction {
  return { do: 'click', target: { name, role: 'button' } }
}
