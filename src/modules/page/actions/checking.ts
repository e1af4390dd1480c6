import type { Locator } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { pause } from '../answering.ts'
import { find, onElement, type Subject } from '../attempts.ts'
import type { DomElement } from '../dom.ts'
import { type Found, speak } from '../element.ts'
import { isMoved, isTimeout } from '../failures.ts'
import { press, watched } from './pressing.ts'

/** How long the page may take to show the new state before the click counts as lost, in ms. */
const SHOWS_AFTER_MS = 700

/**
 * Brings a box into a state by a click and another look, since pages replace what was clicked: a
 * second click would undo the first.
 */
export async function check(
  acting: Acting,
  action: Extract<BrowserAction, { do: 'check' }>,
): Promise<Done> {
  const { on = true, target } = action
  const subject = { target, pointer: acting.request.elements?.target, purpose: 'check' } as const
  const said = on ? 'on' : 'off'
  const acted = await onElement(acting, subject, async (found, timeoutMs) => {
    if ((await stateOf(found.locator)) === on)
      return { evidence: `it was ${said} already`, navigated: false }
    const aftermath = await watched(acting, () => press(found.locator, { timeout: timeoutMs }))
    if (await becomes(acting, subject, found, on))
      return { evidence: `it is ${said}`, navigated: aftermath.navigated }
    if (aftermath.navigated) return { evidence: 'it led to another page', navigated: true }
    await pressLabel(found.locator, timeoutMs)
    if (await becomes(acting, subject, found, on))
      return { evidence: `it is ${said}`, navigated: false }
    const message = `The ${speak(found)} was clicked and is still not ${said}.`
    throw new StepstreamError('ACTION_NOT_VERIFIED', message)
  })
  return {
    description: `${on ? 'check' : 'uncheck'} ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    ...acted.value,
  }
}

async function becomes(
  acting: Acting,
  subject: Subject,
  found: Found,
  on: boolean,
): Promise<boolean> {
  const { clock } = acting
  const end = clock.now() + SHOWS_AFTER_MS
  for (;;) {
    if ((await stateNow(acting, subject, found)) === on) return true
    if (clock.now() >= end) return false
    await pause(acting, 50)
  }
}

/** Undefined: the box is not to be found. */
async function stateNow(
  acting: Acting,
  subject: Subject,
  { locator }: Found,
): Promise<boolean | undefined> {
  try {
    if ((await locator.count()) === 1) return await stateOf(locator)
    if (subject.target === undefined) return undefined
    const { found } = await find(acting, { ...subject, pointer: undefined }, true)
    return await stateOf(found.locator)
  } catch (error) {
    if (isTimeout(error) || isMoved(error)) return undefined
    if (error instanceof StepstreamError && error.code.startsWith('TARGET_')) return undefined
    throw error
  }
}

/** What a box of any make says of itself; undefined where it is half on, or none. */
export function stateOf(locator: Locator): Promise<boolean | undefined> {
  return locator
    .evaluate(checkedState, undefined, { timeout: 500 })
    .then((state) => state ?? undefined)
}

/** Runs in the page. */
function checkedState(element: unknown): boolean | null {
  const it = element as DomElement & { readonly control?: DomElement | null }
  const box = it.tagName === 'LABEL' ? (it.control ?? it) : it
  if (box.tagName === 'INPUT' && /^(checkbox|radio)$/.test(box.type)) {
    return box.indeterminate === true ? null : box.checked === true
  }
  for (const name of ['aria-checked', 'aria-pressed', 'aria-selected']) {
    const value = box.getAttribute(name)
    if (value === 'mixed') return null
    if (value !== null) return value === 'true'
  }
  const inner = box.querySelector('input[type=checkbox], input[type=radio]')
  return inner === null ? false : inner.checked === true
}

/** What is drawn in place of a box is often its label. */
async function pressLabel(locator: Locator, timeoutMs: number): Promise<void> {
  await locator.evaluate(clickLabel, undefined, { timeout: timeoutMs }).catch((error: unknown) => {
    // The box is looked at again in any case.
    if (!isTimeout(error) && !isMoved(error)) throw error
  })
}

/** Runs in the page. */
function clickLabel(element: unknown): void {
  const it = element as DomElement
  const label = it.labels?.[0] ?? it.closest('label')
  label?.click()
}
