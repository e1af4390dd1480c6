import type { BrowserContext, Page, Response } from 'playwright-core'
import type { BrowserNote, DialogAnswer } from './types.ts'

/** The pages of a context, which of them is acted on, and what happens in them. */
export interface Tabs {
  readonly all: readonly Page[]
  /** The newest, unless another was chosen; undefined where there is none. */
  readonly current: Page | undefined
  switchTo(page: Page): Promise<void>
  /** A new page, of which nobody is told. */
  openBlank(): Promise<Page>
  /** Of the next dialog. */
  answerNext(answer: DialogAnswer): void
}

/** Follows all pages from now on; `tell` hears of them. */
export function followTabs(context: BrowserContext, tell: (note: BrowserNote) => void): Tabs {
  const all: Page[] = []
  let current: Page | undefined
  let nextAnswer: DialogAnswer | undefined
  let isOpening = false
  for (const page of context.pages()) follow(page)

  context.on('page', (page) => {
    follow(page)
    if (!isOpening) tell({ kind: 'tabOpened', url: page.url() })
  })
  // A dialog that nobody answers would stop its page, and whoever waits for it.
  context.on('dialog', (dialog) => {
    const type = dialog.type() as 'alert' | 'confirm' | 'prompt' | 'beforeunload'
    const byDefault = { accept: type === 'alert' || type === 'beforeunload' }
    const { accept, text }: DialogAnswer = nextAnswer ?? byDefault
    nextAnswer = undefined
    tell({ kind: 'dialog', type, message: dialog.message(), accepted: accept })
    // Its page may have been closed meanwhile, and the dialog with it.
    ;(accept ? dialog.accept(text) : dialog.dismiss()).catch(() => {})
  })

  return {
    get all() {
      return [...all]
    },
    get current() {
      return current
    },
    async switchTo(page) {
      await page.bringToFront()
      current = page
    },
    async openBlank() {
      isOpening = true
      try {
        return await context.newPage()
      } finally {
        isOpening = false
      }
    },
    answerNext(answer) {
      nextAnswer = answer
    },
  }

  function follow(page: Page): void {
    all.push(page)
    current = page
    let response: Response | undefined
    page.on('response', (received) => {
      if (received.request().isNavigationRequest() && received.frame() === page.mainFrame()) {
        response = received
      }
    })
    page.on('framenavigated', (frame) => {
      if (frame !== page.mainFrame()) return
      const url = frame.url()
      // What the browser itself shows is no place: a blank page, or that a page could not be loaded.
      if (!/^https?:/.test(url)) return
      const status = response !== undefined && isOf(response, url) ? response.status() : undefined
      // It stands for this load; later changes of the address within the page have no answer.
      response = undefined
      tell({ kind: 'navigated', url, ...(status === undefined ? {} : { status }) })
    })
    page.on('download', (download) => tell({ kind: 'download', download }))
    page.on('crash', () => {
      tell({ kind: 'crashed', message: `The page at ${page.url()} crashed` })
      // Nothing can be done in it any more; what goes wrong is that it is gone already.
      page.close().catch(() => {})
    })
    page.on('close', () => {
      const place = all.indexOf(page)
      if (place === -1) return
      all.splice(place, 1)
      if (current === page) current = all.at(-1)
      tell({ kind: 'tabClosed', url: page.url() })
    })
  }
}

function isOf(response: Response, url: string): boolean {
  const withoutFragment = (text: string) => text.replace(/#.*$/, '')
  return withoutFragment(response.url()) === withoutFragment(url)
}
