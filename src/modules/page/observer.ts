import type { Locator, Page } from 'playwright-core'
import { answering, type Limits } from './answering.ts'
import { isMoved } from './failures.ts'
import { readLargePage } from './large-page.ts'
import { addListeners } from './listeners.ts'
import { flatten, type PageNode } from './page-node.ts'
import { measure, type PageSize } from './page-size.ts'
import { fieldRoles } from './roles.ts'
import type { SecretFields } from './secret-fields.ts'
import { type AriaNode, readSnapshot } from './snapshot.ts'

/** How long a page may take to say what it shows, in ms. */
const OBSERVE_MS = 30_000

const SNAPSHOT = { mode: 'ai', boxes: true, timeout: OBSERVE_MS } as const

/** A page as it was at one moment. */
export interface PageView {
  readonly page: Page
  readonly size: PageSize
  readonly roots: readonly PageNode[]
  /** All nodes in the order of the page. */
  readonly flat: readonly PageNode[]
  readonly redactions: number
  locatorOf(node: PageNode): Locator | undefined
}

export interface ViewOptions extends Limits {
  /** Also what listens for clicks without a role. */
  readonly listeners?: boolean
  /** Whoever gets the view tells what it holds: secrets are blanked out before. */
  readonly isTold?: boolean
  /** Only what is in this element. */
  readonly scope?: Locator
}

/**
 * Takes pictures of pages as trees. References live until the next one of the same page; no other
 * snapshot may be taken of it, because that would end them.
 */
export class Observer {
  readonly #secrets: SecretFields
  readonly #own = new WeakMap<Page, ReadonlyMap<string, Locator>>()
  readonly #last = new WeakMap<Page, PageView>()

  constructor(secrets: SecretFields) {
    this.#secrets = secrets
  }

  /** @throws StepstreamError BROWSER_LOST, PAGE_FAILED where the page does not answer */
  async view(page: Page, options: ViewOptions): Promise<PageView> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await answering(page, options, OBSERVE_MS, () => this.#take(page, options))
      } catch (error) {
        // Another document came meanwhile: that one is looked at.
        if (!isMoved(error) || attempt === 5) throw error
        await answering(page, options, OBSERVE_MS, () => page.waitForLoadState('domcontentloaded'))
      }
    }
  }

  /** What a reference of the last view stands for. */
  lastNode(page: Page, ref: string): PageNode | undefined {
    return this.#last.get(page)?.flat.find((node) => node.ref === ref)
  }

  /** The element that a reference of the last view names. */
  locator(page: Page, ref: string): Locator {
    return this.#own.get(page)?.get(ref) ?? page.getByRef(ref)
  }

  async #take(page: Page, { listeners, scope, isTold }: ViewOptions): Promise<PageView> {
    const own = new Map<string, Locator>()
    const whole = () => (scope ?? page).ariaSnapshotJSON(SNAPSHOT)
    // A page that was small a moment ago need not be measured first.
    const wasSmall = this.#last.get(page)?.size.isSmall === true || scope !== undefined
    const [size, early] = await Promise.all([measure(page), wasSmall ? whole() : undefined])
    let roots: PageNode[]
    if (size.isLarge && early === undefined) {
      const large = await readLargePage(page, size.scroll)
      roots = large.roots
      for (const [ref, locator] of large.locators) own.set(ref, locator)
    } else {
      roots = readSnapshot((early ?? (await whole())) as readonly AriaNode[], size.scroll)
      if (listeners === true) {
        for (const [ref, locator] of await addListeners(page, roots, size.scroll))
          own.set(ref, locator)
      }
    }
    this.#own.set(page, own)
    const hasFields = flatten(roots).some(({ role }) => fieldRoles.has(role))
    const fields = hasFields ? this.#secrets.of(page) : Promise.resolve([])
    // What is a password now counts as one later; what only resolves need not wait for that. A page that
    // goes meanwhile takes its fields along, and whoever acts on it is told.
    fields.catch(() => [])
    const known = isTold === true ? await fields : []
    const redactions = this.#secrets.redact(roots, known, page.context())
    const view: PageView = {
      page,
      size,
      roots,
      flat: flatten(roots),
      redactions,
      locatorOf: ({ ref }) => (ref === undefined ? undefined : this.locator(page, ref)),
    }
    this.#last.set(page, view)
    return view
  }
}
