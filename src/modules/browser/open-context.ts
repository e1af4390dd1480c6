import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Egress, Gate } from './egress.ts'
import type { SavedState } from './saved-state.ts'
import { signIn } from './sign-in.ts'
import type { BrowserOptions } from './types.ts'

/** How long a tab of a context that is built anew may take to load; a slow one goes on loading. */
const RESTORE_TIMEOUT_MS = 15_000

/** Of pages whose workflow does not say. */
export const defaultViewport = { width: 1280, height: 720 }

export interface OpenContextOptions {
  readonly browser: Browser
  readonly egress: Egress
  readonly gate: Gate
  readonly options: BrowserOptions
  readonly saved: SavedState | undefined
}

/**
 * A context of its own cookies and storage, that reaches the world through its gate, with one blank
 * page. A page gets no permission, and no service worker, which would answer in place of the network.
 */
export async function openContext(request: OpenContextOptions): Promise<BrowserContext> {
  const { browser, egress, gate, options, saved } = request
  const context = await browser.newContext({
    ...pageOptions(options),
    proxy: { server: egress.url, bypass: '<-loopback>' },
    serviceWorkers: 'block',
    permissions: [],
    acceptDownloads: true,
    ...(saved === undefined ? {} : { storageState: saved.storage }),
  })
  try {
    await signIn(await context.newPage(), gate, egress.signInUrl)
    return context
  } catch (error) {
    await context.close()
    throw error
  }
}

/** Loads the tabs that a context had; `first` is its blank page. Returns the one that is acted on. */
export async function restoreTabs(first: Page, saved: SavedState): Promise<Page> {
  const context = first.context()
  const pages = [first]
  while (pages.length < saved.tabs.length) pages.push(await context.newPage())
  await Promise.all(pages.map((page, place) => load(page, saved.tabs[place])))
  return pages[saved.current] ?? first
}

/** What cannot be loaded now shows so itself, to the next step. */
async function load(page: Page, url: string | undefined): Promise<void> {
  if (url === undefined || !/^https?:/.test(url)) return
  await page
    .goto(url, { waitUntil: 'domcontentloaded', timeout: RESTORE_TIMEOUT_MS })
    .catch(() => {})
}

function pageOptions({ viewport, locale, timezone }: BrowserOptions): BrowserContextOptions {
  return {
    viewport: viewport ?? defaultViewport,
    ...(locale === undefined ? {} : { locale }),
    ...(timezone === undefined ? {} : { timezoneId: timezone }),
  }
}
