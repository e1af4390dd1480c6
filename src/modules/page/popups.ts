import type { CDPSession, Page } from 'playwright-core'

/** What tells that a page opens a tab, before the tab is there. */
const sessions = new WeakMap<Page, Promise<CDPSession>>()

/** Listens in a page for windows that it opens; once for each page. */
export function listenForPopups(page: Page): Promise<CDPSession> {
  const known = sessions.get(page)
  if (known !== undefined) return known
  const made = page
    .context()
    .newCDPSession(page)
    .then(async (cdp) => {
      await cdp.send('Page.enable')
      return cdp
    })
  sessions.set(page, made)
  return made
}
