import type { Locator } from 'playwright-core'
import { StepstreamError } from '../../errors.ts'
import type { Acting } from './acting.ts'
import { find, type Subject } from './attempts.ts'
import type { DomElement } from './dom.ts'
import { isMoved, isTimeout } from './failures.ts'
import { flat } from './words.ts'

/** What a field is, as the DOM tells it. */
export interface FieldFacts {
  readonly value: string
  readonly tag: string
  readonly type: string
  readonly isEditable: boolean
  /** What it holds is nobody's business. */
  readonly isSecret: boolean
}

/** Runs in the page. */
function factsOf(element: unknown): FieldFacts {
  const it = element as DomElement
  const takesValue = /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName)
  const kinds = it.getAttribute('autocomplete') ?? ''
  return {
    value: takesValue ? it.value : (it.innerText ?? it.textContent ?? ''),
    tag: it.tagName,
    type: takesValue ? (it.type ?? '') : '',
    isEditable: takesValue || it.isContentEditable,
    isSecret:
      it.type === 'password' ||
      /(^|\s)(cc-\S+|one-time-code|current-password|new-password)(\s|$)/i.test(kinds),
  }
}

/** Waits for the field, at most `timeoutMs`. */
export function readField(locator: Locator, timeoutMs = 500): Promise<FieldFacts> {
  return locator.evaluate(factsOf, undefined, { timeout: timeoutMs })
}

/** The field as it is now, looked for anew where the page has replaced it; undefined: it is gone. */
export async function readAgain(
  acting: Acting,
  subject: Subject,
  locator: Locator,
): Promise<FieldFacts | undefined> {
  try {
    // Counted first, since a reading would wait for what is gone; `evaluateAll` knows no references.
    if ((await locator.count()) === 1) return await readField(locator)
  } catch (error) {
    if (!isTimeout(error) && !isMoved(error)) throw error
  }
  // Replaced: a reference names nothing any more, words still do.
  if (subject.target === undefined) return undefined
  try {
    const { found } = await find(acting, { ...subject, pointer: undefined }, true)
    return await readField(found.locator)
  } catch (error) {
    if (error instanceof StepstreamError && error.code.startsWith('TARGET_')) return undefined
    if (isTimeout(error) || isMoved(error)) return undefined
    throw error
  }
}

export type Likeness = 'same' | 'reformatted' | 'other'

/** Whether a field holds what was put in: the same, the same letters and digits in another form, or something else. */
export function likeness(wanted: string, held: string): Likeness {
  if (wanted === held || flat(wanted) === flat(held)) return 'same'
  const letters = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  if (letters(wanted) !== '' && letters(wanted) === letters(held)) return 'reformatted'
  // An amount that is shown with its currency and its cents.
  const amount = (text: string) =>
    Number(/\d/.test(text) ? text.replace(/[^\d.-]/g, '') : Number.NaN)
  if (/^[\d.,-]+$/.test(wanted.trim()) && amount(wanted) === amount(held)) return 'reformatted'
  return 'other'
}
