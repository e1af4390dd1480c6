import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { onElement } from '../attempts.ts'
import type { DomElement, DomWindow } from '../dom.ts'
import { speak } from '../element.ts'
import { ask } from '../settle.ts'
import { watched } from './pressing.ts'

type Scroll = Extract<BrowserAction, { do: 'scroll' }>

/** Brings an element into view, or moves what the window shows: the page, or its largest part that scrolls. */
export async function scroll(acting: Acting, action: Scroll): Promise<Done> {
  const { target, direction, pixels = null } = action
  const pointer = acting.request.elements?.target
  const way = { direction: direction ?? 'down', pixels }
  if (target === undefined && pointer === undefined) {
    let moved = 0
    await watched(acting, async () => {
      moved = await ask(acting, () => acting.page.evaluate(scrollPage, way))
    })
    return { description: `scroll ${way.direction}`, evidence: told(moved) }
  }
  const subject = { target, pointer, purpose: 'read' } as const
  const acted = await onElement(acting, subject, async ({ locator }, timeout) => {
    if (direction === undefined) {
      await locator.scrollIntoViewIfNeeded({ timeout })
      return 'it is in view'
    }
    return told(await locator.evaluate(scrollElement, way, { timeout }))
  })
  const what = speak(acted.found)
  return {
    description: direction === undefined ? `scroll to ${what}` : `scroll ${direction} in ${what}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: acted.value,
  }
}

function told(pixels: number): string {
  return pixels === 0 ? 'it was at its end already' : `it moved by ${Math.round(pixels)} pixels`
}

interface Way {
  readonly direction: NonNullable<Scroll['direction']>
  readonly pixels: number | null
}

interface Scrollable extends DomElement {
  scrollTop: number
  scrollLeft: number
  readonly scrollHeight: number
  readonly clientHeight: number
  readonly scrollWidth: number
  readonly clientWidth: number
}

/** Runs in the page. @returns by how many pixels it moved */
function scrollPage({ direction, pixels }: Way): number {
  const { document, innerWidth, innerHeight } = globalThis as unknown as DomWindow
  const root = ((document as unknown as { scrollingElement?: unknown }).scrollingElement ??
    document.documentElement) as Scrollable
  let it = root
  if (root.scrollHeight <= root.clientHeight + 1) {
    // What fills the window scrolls in place of the page.
    let at = document.elementFromPoint(innerWidth / 2, innerHeight / 2) as Scrollable | null
    while (at !== null && at.scrollHeight <= at.clientHeight + 1)
      at = at.parentElement as Scrollable | null
    it = at ?? root
  }
  const before = [it.scrollTop, it.scrollLeft] as const
  const step =
    pixels ?? Math.round(0.8 * (/left|right/.test(direction) ? it.clientWidth : it.clientHeight))
  if (direction === 'top') it.scrollTop = 0
  else if (direction === 'bottom') it.scrollTop = it.scrollHeight
  else if (direction === 'down') it.scrollTop += step
  else if (direction === 'up') it.scrollTop -= step
  else it.scrollLeft += direction === 'right' ? step : -step
  return Math.abs(it.scrollTop - before[0]) + Math.abs(it.scrollLeft - before[1])
}

/** Runs in the page. @returns by how many pixels it moved */
function scrollElement(element: unknown, { direction, pixels }: Way): number {
  let it = element as Scrollable
  const across = /left|right/.test(direction)
  const moves = (one: Scrollable) =>
    across ? one.scrollWidth > one.clientWidth + 1 : one.scrollHeight > one.clientHeight + 1
  while (!moves(it) && it.parentElement !== null) it = it.parentElement as Scrollable
  const before = [it.scrollTop, it.scrollLeft] as const
  const step = pixels ?? Math.round(0.8 * (across ? it.clientWidth : it.clientHeight))
  if (direction === 'top') it.scrollTop = 0
  else if (direction === 'bottom') it.scrollTop = it.scrollHeight
  else if (direction === 'down') it.scrollTop += step
  else if (direction === 'up') it.scrollTop -= step
  else it.scrollLeft += direction === 'right' ? step : -step
  return Math.abs(it.scrollTop - before[0]) + Math.abs(it.scrollLeft - before[1])
}
