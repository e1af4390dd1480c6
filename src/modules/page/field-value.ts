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
}

/** Runs in the page, without waiting for the element: it may be gone. */
function allFacts(elements: unknown[]): FieldFacts[] {
  return (elements as DomElement[]).map((it) => {
    const takesValue = /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName)
    return {
      value: takesValue ? it.value : (it.innerText ?? it.textContent ?? ''),
      tag: it.tagName,
      type: takesValue ? (it.type ?? '') : '',
      isEditable: takesValue || it.isContentEditable,
    }
  })
}

function ifMoved(error: unknown): FieldFacts[] {
  if (isTimeout(error) || isMoved(error)) return []
  throw error
}

/** Runs in the page. */
function factsOf(element: unknown): FieldFacts {
  const it = element as DomElement
  const takesValue = /^(INPUT|TEXTAREA|SELECT)$/.test(it.tagName)
  return {
    value: takesValue ? it.value : (it.innerText ?? it.textContent ?? ''),
    tag: it.tagName,
    type: takesValue ? (it.type ?? '') : '',
    isEditable: takesValue || it.isContentEditable,
  }
}

export function readField(locator: Locator, timeoutMs = 500): Promise<FieldFacts> {
  return locator.evaluate(factsOf, undefined, { timeout: timeoutMs })
}

/** The field as it is now, looked for anew where the page has replaced it; undefined: it is gone. */
export async function readAgain(
  acting: Acting,
  subject: Subject,
  locator: Locator,
): Promise<FieldFacts | undefined> {
  const [held] = await locator.evaluateAll(allFacts).catch(ifMoved)
  if (held !== undefined) return held
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
  const [one, other] = [Number(wanted), Number(held)]
  if (wanted.trim() !== '' && held.trim() !== '' && one === other) return 'reformatted'
  return 'other'
}
