import type { Page } from 'playwright-core'
import type { DomWindow } from './dom.ts'
import type { Viewport } from './render.ts'
import type { Scroll } from './snapshot.ts'

/** Pages of more elements than this are not taken as a whole. Measured: 100,000 take 6 s and more. */
const MAX_ELEMENTS = 30_000

/** Nor are those of more text, in characters. Measured: 50 MB take 10 s and 500 MB of memory. */
const MAX_TEXT = 5_000_000

export interface PageSize {
  readonly title: string
  readonly scroll: Scroll
  readonly viewport: Viewport
  readonly isLarge: boolean
  /** It is so small that it may grow a good deal and still be taken as a whole. */
  readonly isSmall: boolean
}

/** How large the page is, before anything walks it: two counters of the browser's own. */
export function measure(page: Page): Promise<PageSize> {
  return page.evaluate(sizeOf, { maxElements: MAX_ELEMENTS, maxText: MAX_TEXT })
}

function sizeOf({ maxElements, maxText }: { maxElements: number; maxText: number }): PageSize {
  const { document, scrollX, scrollY, innerWidth, innerHeight } = globalThis as unknown as DomWindow
  const elements = document.getElementsByTagName('*').length
  let text = document.body?.textContent?.length ?? 0
  if (text > maxText) {
    for (const name of ['script', 'style', 'template'])
      for (const one of Array.from(document.getElementsByTagName(name)))
        text -= one.textContent?.length ?? 0
  }
  return {
    title: document.title,
    scroll: { x: scrollX, y: scrollY },
    viewport: { width: innerWidth, height: innerHeight },
    isLarge: elements > maxElements || text > maxText,
    isSmall: elements < maxElements / 4 && text < maxText / 4,
  }
}
