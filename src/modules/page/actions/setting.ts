import type { Locator } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { onElement, subjectOf } from '../attempts.ts'
import type { DomElement } from '../dom.ts'
import { type Found, speak } from '../element.ts'
import { likeness, readAgain, readField } from '../field-value.ts'
import { inputValue } from '../input-values.ts'
import { watched } from './pressing.ts'

type SetValue = Extract<BrowserAction, { do: 'set' }>

/** A slider that is moved by keys is moved no further. */
const MAX_KEYS = 1000

/** Sets a slider, a date, a time, a colour or a number, and looks whether it took the value. */
export async function setValue(acting: Acting, action: SetValue): Promise<Done> {
  const subject = subjectOf(acting, action.target, 'set')
  const acted = await onElement(acting, subject, async (found, timeoutMs) => {
    const { type, isEditable } = await readField(found.locator, timeoutMs)
    if (!isEditable) return slide(acting, found, action.value, timeoutMs)
    const wanted = inputValue(type, action.value)
    const isTaken = await put(acting, found.locator, wanted, timeoutMs)
    const held = await readAgain(acting, subject, found.locator)
    if (held === undefined) return 'the field went away when it had the value'
    if (isTaken && likeness(wanted, held.value) !== 'other')
      return `it holds ${JSON.stringify(held.value)}`
    const message = `It holds ${JSON.stringify(held.value)} and not ${JSON.stringify(action.value)}${formOf(type)}.`
    throw new StepstreamError('ACTION_NOT_VERIFIED', message)
  })
  return {
    description: `set ${speak(acted.found)} to ${JSON.stringify(action.value)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: acted.value,
  }
}

/** Whether the input took the value at all: some refuse what has another form. */
async function put(
  acting: Acting,
  locator: Locator,
  value: string,
  timeout: number,
): Promise<boolean> {
  try {
    await watched(acting, () => locator.fill(value, { timeout }))
    return true
  } catch (error) {
    if (!(error instanceof Error) || !/Malformed value|Cannot type text/.test(error.message)) {
      throw error
    }
    return false
  }
}

/** How values of inputs are written. */
const forms: { readonly [type: string]: string } = {
  date: 'dates as 2030-01-31',
  time: 'times as 13:05',
  'datetime-local': 'times as 2030-01-31T13:05',
  month: 'months as 2030-01',
  week: 'weeks as 2030-W05',
  color: 'colours as #rrggbb',
  number: 'numbers as 12.5',
}

function formOf(type: string): string {
  const form = forms[type]
  return form === undefined ? '' : `; write ${form}`
}

interface Range {
  readonly now: number
  readonly min: number
  readonly max: number
}

/** A slider of a page's own making follows the arrow keys. Source: the slider pattern of WAI-ARIA's authoring practices. */
async function slide(
  acting: Acting,
  found: Found,
  value: string,
  timeoutMs: number,
): Promise<string> {
  const { locator } = found
  const wanted = Number(inputValue('range', value))
  const read = () => locator.evaluate(rangeOf, undefined, { timeout: 500 })
  const start = await read()
  if (start === null || Number.isNaN(wanted)) {
    const message = `The ${speak(found)} has no value that could be set to ${JSON.stringify(value)}.`
    throw new StepstreamError('ACTION_NOT_VERIFIED', message)
  }
  await locator.focus({ timeout: timeoutMs })
  let at: Range = start
  await watched(acting, async () => {
    for (let keys = 0; keys < MAX_KEYS && at.now !== wanted; keys += 1) {
      const before = at.now
      await acting.page.keyboard.press(wanted > before ? 'ArrowRight' : 'ArrowLeft')
      at = (await read()) ?? at
      // It does not move, or has stepped over the value.
      if (at.now === before || wanted > before === at.now > wanted) break
    }
  })
  if (at.now === wanted) return `it is at ${at.now}`
  const message = `It is at ${at.now} and not at ${wanted}; it goes from ${at.min} to ${at.max}.`
  throw new StepstreamError('ACTION_NOT_VERIFIED', message)
}

/** Runs in the page. */
function rangeOf(element: unknown): Range | null {
  const it = element as DomElement
  const read = (name: string) => Number(it.getAttribute(name) ?? Number.NaN)
  const now = read('aria-valuenow')
  return Number.isNaN(now) ? null : { now, min: read('aria-valuemin'), max: read('aria-valuemax') }
}
