import type { Locator } from 'playwright-core'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { checkAftermath, tellAftermath } from '../aftermath.ts'
import { type Acted, onElement, subjectOf } from '../attempts.ts'
import type { DomElement } from '../dom.ts'
import { speak } from '../element.ts'
import { isGone } from '../failures.ts'
import { coverOf, wasPerformed } from '../playwright-log.ts'
import { type Aftermath, Watch } from '../settle.ts'

type Click = Extract<BrowserAction, { do: 'click' }>
type ClickOptions = NonNullable<Parameters<Locator['click']>[0]>

export async function click(acting: Acting, action: Click): Promise<Done> {
  const { button, count, modifiers, force } = action
  const options: ClickOptions = {
    ...(button === undefined ? {} : { button }),
    ...(count === undefined ? {} : { clickCount: count }),
    ...(modifiers === undefined ? {} : { modifiers }),
    ...(force === undefined ? {} : { force }),
  }
  const subject = subjectOf(acting, action.target, 'press')
  const acted = await onElement(acting, subject, ({ locator }, timeout) =>
    watched(acting, () => press(locator, { ...options, timeout })),
  )
  const verb = button === 'right' ? 'right-click' : count === 2 ? 'double-click' : 'click'
  return pressed(verb, acted)
}

/** What came of something that was pressed. */
export function pressed(verb: string, acted: Acted<Aftermath>): Done {
  checkAftermath(acted.value)
  return {
    description: `${verb} ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: tellAftermath(acted.value),
    navigated: acted.value.navigated,
  }
}

/** Does something and waits until the page has come to rest; a tab that closes by it is done with. */
export async function watched(acting: Acting, work: () => Promise<void>): Promise<Aftermath> {
  const watch = new Watch(acting)
  try {
    await work().catch((error: unknown) => {
      if (!isGone(error) || !acting.page.isClosed()) throw error
    })
    return await watch.settle()
  } finally {
    watch.dispose()
  }
}

/** Clicks; where something covers the middle of the element, at a point that is free. */
export async function press(locator: Locator, options: ClickOptions): Promise<void> {
  try {
    await locator.click(options)
  } catch (error) {
    if (wasPerformed(error)) return
    if (!(error instanceof Error) || coverOf(error.message) === undefined) throw error
    const position = await locator.evaluate(freePoint, undefined, { timeout: 1000 })
    if (position === null) throw error
    await locator.click({ ...options, position }).catch((again: unknown) => {
      if (!wasPerformed(again)) throw again
    })
  }
}

/** Runs in the page: a point of the element that nothing else covers. */
function freePoint(element: unknown): { x: number; y: number } | null {
  const it = element as DomElement & { contains(other: unknown): boolean; getRootNode(): unknown }
  const root = it.getRootNode() as { elementFromPoint(x: number, y: number): DomElement | null }
  const { x, y, width, height } = it.getBoundingClientRect()
  const shares = [0.5, 0.1, 0.9, 0.25, 0.75]
  for (const down of shares) {
    for (const across of shares) {
      const hit = root.elementFromPoint(x + width * across, y + height * down)
      if (hit === null || !it.contains(hit)) continue
      return { x: width * across, y: height * down }
    }
  }
  return null
}

export async function hover(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'hover' }>,
): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'press')
  const acted = await onElement(acting, subject, ({ locator }, timeout) =>
    watched(acting, () => locator.hover({ timeout })),
  )
  return { ...pressed('hover over', acted), evidence: 'the pointer is over it' }
}

export async function focus(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'focus' }>,
): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'press')
  const acted = await onElement(acting, subject, ({ locator }, timeout) =>
    locator.focus({ timeout }),
  )
  const { found, element, candidates } = acted
  return {
    description: `focus ${speak(found)}`,
    target: element,
    candidates,
    evidence: 'it has the focus',
  }
}

export async function blur(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'blur' }>,
): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'press')
  const acted = await onElement(acting, subject, ({ locator }, timeout) =>
    watched(acting, () => locator.blur({ timeout })),
  )
  return { ...pressed('leave', acted), evidence: 'it has no focus any more' }
}

export async function pressKey(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'press' }>,
): Promise<Done> {
  const { key, target, times = 1 } = action
  const pointer = acting.request.elements?.target
  if (target === undefined && pointer === undefined) {
    const aftermath = await watched(acting, async () => {
      for (let at = 0; at < times; at += 1) await acting.page.keyboard.press(key)
    })
    checkAftermath(aftermath)
    const { navigated } = aftermath
    return { description: `press ${key}`, evidence: tellAftermath(aftermath), navigated }
  }
  const subject = { target, pointer, purpose: 'press' } as const
  const acted = await onElement(acting, subject, async ({ locator }, timeout) => {
    await locator.focus({ timeout })
    return watched(acting, async () => {
      // The element may be gone after the first key; the focus is where the next ones go.
      for (let at = 0; at < times; at += 1) await acting.page.keyboard.press(key)
    })
  })
  return pressed(`press ${key} in`, acted)
}

export async function drag(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'drag' }>,
): Promise<Done> {
  const { elements } = acting.request
  const goal = { target: action.to, pointer: elements?.to, purpose: 'press' } as const
  const source = { target: action.target, pointer: elements?.target, purpose: 'press' } as const
  const acted = await onElement(acting, goal, (to) =>
    onElement({ ...acting, patienceMs: 0 }, source, ({ locator }, timeout) =>
      watched(acting, () => locator.dragTo(to.locator, { timeout: 2 * timeout })),
    ),
  )
  const from = acted.value
  return {
    ...pressed('drag', from),
    description: `drag ${speak(from.found)} to ${speak(acted.found)}`,
    to: acted.element,
  }
}
