import { type Browser, chromium, type Dialog, type Page } from 'playwright-core'
import type { BrowserNote, BrowserSession, DialogAnswer } from '../../src/modules/browser/types.ts'
import { chromiumPath } from './browser.ts'

/** The Chromium of this run: its headless shell takes half the time of a whole browser without a window. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: await chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
    ],
  })
}

export interface PageSession extends BrowserSession, AsyncDisposable {
  readonly notes: readonly BrowserNote[]
}

/** A session over a real context, without what keeps, limits and guards real ones. */
export async function openPageSession(browser: Browser): Promise<PageSession> {
  const context = await browser.newContext({ acceptDownloads: true })
  const tabs: Page[] = []
  const notes: BrowserNote[] = []
  let current: Page | undefined
  let answer: DialogAnswer | undefined
  const onDialog = async (dialog: Dialog) => {
    const type = dialog.type() as 'alert'
    const asks = dialog.type() === 'confirm' || dialog.type() === 'prompt'
    const how = asks ? (answer ?? { accept: false }) : { accept: true }
    if (asks) answer = undefined
    notes.push({ kind: 'dialog', type, message: dialog.message(), accepted: how.accept })
    // The page may have gone meanwhile.
    await (how.accept ? dialog.accept(how.text) : dialog.dismiss()).catch(() => undefined)
  }
  context.on('page', (page) => {
    tabs.push(page)
    current = page
    page.on('dialog', onDialog)
    page.on('close', () => {
      tabs.splice(tabs.indexOf(page), 1)
      if (current === page) current = tabs.at(-1)
    })
  })
  return {
    context,
    origin: 'new',
    lost: new AbortController().signal,
    notes,
    tabs,
    page: async () => current ?? context.newPage(),
    switchTo: async (page) => {
      current = page
    },
    answerNextDialog: (next) => {
      answer = next
    },
    onNote: () => () => undefined,
    save: async () => undefined,
    startTrace: async () => undefined,
    stopTrace: async () => undefined,
    release: () => undefined,
    [Symbol.asyncDispose]: () => context.close(),
  }
}
