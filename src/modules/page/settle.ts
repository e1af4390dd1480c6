import type { Frame, Page, Request } from 'playwright-core'
import type { Acting } from './acting.ts'
import { answering } from './answering.ts'
import type { DomWindow } from './dom.ts'

/** How long the document of a navigation, and then what it loads, is waited for, in ms. */
const DOCUMENT_MS = 15_000
const LOAD_MS = 5000

/** How long a tab that was opened may take to be there, in ms. */
const TAB_MS = 3000

/** How long requests that an action began are waited for; a fetch that takes longer is a long poll. */
const SCRIPTS_MS = 5000
const FETCH_MS = 2000

/** What pages build themselves from. */
const waitedFor = new Set(['document', 'stylesheet', 'script', 'xhr', 'fetch'])

/** What an action set off. */
export interface Aftermath {
  readonly navigated: boolean
  /** Of the answer to a navigation of the whole page. */
  readonly status?: number
  readonly url: string
  /** Why a navigation of the whole page failed. */
  readonly failure?: string
  readonly newTabs: readonly Page[]
  readonly closed: boolean
}

/** Watches what an action sets off in its page, until the page has come to rest. */
export class Watch {
  readonly #acting: Acting
  readonly #page: Page
  readonly #pending = new Map<Request, number>()
  readonly #newTabs: Page[] = []
  #opening = 0
  #navigations = 0
  #navigating: Request | undefined
  #status: number | undefined
  #failure: string | undefined
  #wake = () => {}

  constructor(acting: Acting) {
    this.#acting = acting
    this.#page = acting.page
    this.#page.on('request', this.#onRequest)
    this.#page.on('requestfinished', this.#onEnd)
    this.#page.on('requestfailed', this.#onFailed)
    this.#page.on('response', this.#onResponse)
    this.#page.on('domcontentloaded', this.#onDocument)
    acting.cdp.on('Page.windowOpen', this.#onOpening)
    acting.context.on('page', this.#onPopup)
  }

  /**
   * Until nothing that was set off is under way, within limits: an endless poll does not hold it up.
   * @param first what the page gets to begin something: a frame, or for an input a turn of its loop
   */
  async settle(first: 'frame' | 'turn' = 'frame'): Promise<Aftermath> {
    const { clock } = this.#acting
    const startedAt = clock.now()
    try {
      await this.#rest(first)
      while (!this.#page.isClosed() && clock.now() - startedAt < SCRIPTS_MS) {
        if (this.#navigating !== undefined || this.#navigations > 0) {
          await this.#loaded()
          break
        }
        const waiting = this.#unfinished()
        if (waiting.length === 0) break
        await this.#untilChange(Math.min(...waiting))
        await this.#rest('frame')
      }
      await this.#untilOr(TAB_MS, () => this.#newTabs.length >= this.#opening)
      await Promise.all(this.#newTabs.map((tab) => this.#tabLoaded(tab)))
      return this.#aftermath()
    } finally {
      this.dispose()
    }
  }

  dispose(): void {
    this.#page.off('request', this.#onRequest)
    this.#page.off('requestfinished', this.#onEnd)
    this.#page.off('requestfailed', this.#onFailed)
    this.#page.off('response', this.#onResponse)
    this.#page.off('domcontentloaded', this.#onDocument)
    this.#acting.cdp.off('Page.windowOpen', this.#onOpening)
    this.#acting.context.off('page', this.#onPopup)
  }

  #aftermath(): Aftermath {
    return {
      navigated: this.#navigations > 0,
      ...(this.#status === undefined ? {} : { status: this.#status }),
      url: this.#page.url(),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      newTabs: this.#newTabs,
      closed: this.#page.isClosed(),
    }
  }

  /** How much longer each request that still matters is waited for. */
  #unfinished(): number[] {
    const now = this.#acting.clock.now()
    return [...this.#pending].flatMap(([request, since]) => {
      const type = request.resourceType()
      if (!waitedFor.has(type)) return []
      const limit = type === 'xhr' || type === 'fetch' ? FETCH_MS : SCRIPTS_MS
      const left = since + limit - now
      return left > 0 ? [left] : []
    })
  }

  /** The page draws what the action changed; what it does at once has begun then. */
  async #rest(until: 'frame' | 'turn'): Promise<void> {
    if (this.#page.isClosed() || this.#navigating !== undefined) return
    await this.#bounded(1000, () => this.#page.evaluate(until === 'frame' ? nextFrame : nextTurn))
  }

  async #loaded(): Promise<void> {
    if (this.#navigations === 0) {
      await this.#untilOr(
        DOCUMENT_MS,
        () => this.#navigations > 0 || this.#navigating === undefined,
      )
    }
    if (this.#navigations === 0) return
    await this.#bounded(LOAD_MS, () => this.#page.waitForLoadState('load', { timeout: LOAD_MS }))
  }

  async #tabLoaded(tab: Page): Promise<void> {
    if (tab.isClosed()) return
    await this.#bounded(LOAD_MS, () =>
      tab.waitForLoadState('domcontentloaded', { timeout: LOAD_MS }),
    )
  }

  /** What comes of it does not matter: the page goes on without it. */
  async #bounded(ms: number, work: () => Promise<unknown>): Promise<void> {
    const { clock, signal } = this.#acting
    signal.throwIfAborted()
    await new Promise<void>((resolve) => {
      const cancel = clock.setTimer(ms, resolve)
      const end = () => {
        cancel()
        signal.removeEventListener('abort', end)
        this.#page.off('close', end)
        this.#page.off('crash', end)
        resolve()
      }
      signal.addEventListener('abort', end, { once: true })
      this.#page.once('close', end)
      this.#page.once('crash', end)
      work().then(end, end)
    })
    signal.throwIfAborted()
  }

  async #untilChange(ms: number): Promise<void> {
    await this.#bounded(
      ms,
      () =>
        new Promise<void>((resolve) => {
          this.#wake = resolve
        }),
    )
  }

  async #untilOr(ms: number, holds: () => boolean): Promise<void> {
    const { clock } = this.#acting
    const end = clock.now() + ms
    while (!holds() && !this.#page.isClosed() && clock.now() < end) {
      await this.#untilChange(end - clock.now())
    }
  }

  #onRequest = (request: Request) => {
    this.#pending.set(request, this.#acting.clock.now())
    if (isOfPage(request, this.#page)) this.#navigating = request
    this.#wake()
  }

  #onResponse = (response: { request(): Request; status(): number }) => {
    if (response.request() !== this.#navigating) return
    this.#status = response.status()
    // No content: the page stays.
    if (response.status() === 204) this.#navigating = undefined
    this.#wake()
  }

  #onEnd = (request: Request) => {
    this.#pending.delete(request)
    this.#wake()
  }

  #onFailed = (request: Request) => {
    this.#pending.delete(request)
    if (request === this.#navigating) {
      this.#navigating = undefined
      const why = request.failure()?.errorText ?? 'failed'
      // A download, or another navigation that came instead.
      if (!/ERR_ABORTED/.test(why)) this.#failure = why
    }
    this.#wake()
  }

  #onDocument = () => {
    this.#navigations += 1
    this.#navigating = undefined
    this.#wake()
  }

  #onOpening = () => {
    this.#opening += 1
  }

  #onPopup = (tab: Page) => {
    this.#newTabs.push(tab)
    this.#wake()
  }
}

function isOfPage(request: Request, page: Page): boolean {
  if (!request.isNavigationRequest()) return false
  const frame: Frame | undefined = frameOf(request)
  return frame === page.mainFrame()
}

/** A request of a page that is not there yet has no frame. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame()
  } catch {
    return undefined
  }
}

/** Runs in the page: a tab that is not shown draws no frames. */
function nextFrame(): Promise<void> {
  const window = globalThis as unknown as DomWindow
  return new Promise((resolve) => {
    window.requestAnimationFrame(() => window.setTimeout(resolve, 0))
    window.setTimeout(resolve, 50)
  })
}

/** Runs in the page: what handles an input does so at once, or in the next turn. */
function nextTurn(): Promise<void> {
  const window = globalThis as unknown as DomWindow
  return new Promise((resolve) => {
    window.setTimeout(() => window.setTimeout(resolve, 0), 0)
  })
}

/** The page answers at all: what is asked of it may not hang. */
export function ask<T>(acting: Acting, work: () => Promise<T>, ms = 10_000): Promise<T> {
  return answering(acting.page, acting, ms, work)
}
