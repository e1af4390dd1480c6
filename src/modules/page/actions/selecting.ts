import type { Locator } from 'playwright-core'
import { StepstreamError } from '../../../errors.ts'
import type { BrowserAction } from '../../browser-actions/types.ts'
import type { Acting, Done } from '../acting.ts'
import { type Acted, onElement, type Subject } from '../attempts.ts'
import type { DomElement } from '../dom.ts'
import { type Found, speak } from '../element.ts'
import { isMoved, isTimeout } from '../failures.ts'
import { readField } from '../field-value.ts'
import { type Choice, choiceOf } from '../options.ts'
import { loose } from '../words.ts'
import { press, watched } from './pressing.ts'

type Select = Extract<BrowserAction, { do: 'select' }>

/** How long a list may take to open, in ms; then its field is typed into. */
const OPENS_AFTER_MS = 1500

/** Chooses from a list of the browser's own, or from one that a page makes of other elements. */
export async function select(acting: Acting, action: Select): Promise<Done> {
  const subject: Subject = {
    target: action.target,
    pointer: acting.request.elements?.target,
    purpose: 'select',
  }
  const acted = await onElement(acting, subject, async (found, timeoutMs) => {
    const choices = await found.locator.evaluate(choicesOf, undefined, { timeout: timeoutMs })
    return choices === null
      ? chooseInPage(acting, found, action.options, timeoutMs)
      : chooseNatively(acting, found, action.options, choices, timeoutMs)
  })
  return told(acted, action.options)
}

function told(acted: Acted<string>, options: readonly string[]): Done {
  return {
    description: `select ${options.map((option) => JSON.stringify(option)).join(', ')} in ${speak(acted.found)}`,
    target: acted.element,
    candidates: acted.candidates,
    evidence: acted.value,
  }
}

async function chooseNatively(
  acting: Acting,
  { locator }: Found,
  options: readonly string[],
  choices: readonly Choice[],
  timeout: number,
): Promise<string> {
  const indexes = options.map((option) => choiceOf(option, choices))
  await watched(acting, async () => {
    await locator.selectOption(
      indexes.map((index) => ({ index })),
      { timeout },
    )
  })
  const wanted = indexes.map((index) => choices[index]?.label ?? '')
  const chosen = await chosenOf(locator)
  // A page may replace the list by what was chosen.
  if (chosen === undefined) return 'the list went away when the option was chosen'
  if (wanted.every((label) => chosen.includes(label))) return `${quoted(wanted)} is selected`
  const message = `${quoted(chosen)} is selected and not ${quoted(wanted)}.`
  throw new StepstreamError('ACTION_NOT_VERIFIED', message)
}

async function chosenOf(locator: Locator): Promise<string[] | undefined> {
  if ((await locator.count()) === 0) return undefined
  return locator.evaluate(selectedLabels, undefined, { timeout: 500 }).catch((error: unknown) => {
    if (isTimeout(error) || isMoved(error)) return undefined
    throw error
  })
}

/** Opens the list, presses the option, and looks whether the page took it. */
async function chooseInPage(
  acting: Acting,
  found: Found,
  options: readonly string[],
  timeoutMs: number,
): Promise<string> {
  const seen: string[] = []
  for (const option of options) seen.push(await chooseOne(acting, found, option, timeoutMs))
  return seen.join('; ')
}

async function chooseOne(
  acting: Acting,
  found: Found,
  option: string,
  timeoutMs: number,
): Promise<string> {
  const { locator } = found
  const wanted: Subject = { target: { role: 'option', name: option }, purpose: 'press' }
  const take = (patienceMs: number) =>
    onElement({ ...acting, patienceMs }, wanted, (one, timeout) =>
      watched(acting, () => press(one.locator, { timeout })),
    )
  const isOpen = found.role === 'listbox' || (await isExpanded(locator, timeoutMs))
  if (!isOpen) await press(locator, { timeout: timeoutMs })
  const taken = await take(OPENS_AFTER_MS).catch(async (error: unknown) => {
    const { isEditable } = await readField(locator, timeoutMs)
    if (!isEditable) throw error
    await locator.fill(option, { timeout: timeoutMs })
    return take(OPENS_AFTER_MS)
  })
  return shownAs(acting, found, taken.found)
}

async function shownAs(acting: Acting, { locator }: Found, option: Found): Promise<string> {
  const label = loose(option.spoken)
  const said = `${JSON.stringify(option.spoken)} is selected`
  const isMarked = await option.locator
    .evaluate(isSelected, undefined, { timeout: 300 })
    .catch(ifGone(false))
  if (isMarked) return said
  const around = await locator
    .evaluate(textsAround, undefined, { timeout: 500 })
    .catch(ifGone(undefined))
  if (around === undefined) return 'the list went away when the option was chosen'
  if (loose(around).includes(label)) return said
  const shown = acting.secrets.blanked(around.slice(0, 100), acting.context)
  const message = `The option was pressed, and the list shows ${JSON.stringify(shown)}.`
  throw new StepstreamError('ACTION_NOT_VERIFIED', message)
}

function ifGone<T>(otherwise: T) {
  return (error: unknown): T => {
    if (isTimeout(error) || isMoved(error)) return otherwise
    throw error
  }
}

function isExpanded(locator: Locator, timeout: number): Promise<boolean> {
  return locator.getAttribute('aria-expanded', { timeout }).then((value) => value === 'true')
}

/** Runs in the page: what a list of the browser's own offers; null: it is none. */
function choicesOf(element: unknown): Choice[] | null {
  const { options, tagName } = element as DomElement
  if (tagName !== 'SELECT' || options === undefined) return null
  return [...options].map(({ label, value }) => ({
    label: label.replace(/\s+/g, ' ').trim(),
    value,
  }))
}

/** Runs in the page. */
function selectedLabels(element: unknown): string[] {
  const options = [...((element as DomElement).options ?? [])]
  return options
    .filter(({ selected }) => selected)
    .map(({ label }) => label.replace(/\s+/g, ' ').trim())
}

/** Runs in the page. */
function isSelected(element: unknown): boolean {
  const it = element as DomElement
  return it.getAttribute('aria-selected') === 'true' || it.getAttribute('aria-checked') === 'true'
}

/** Runs in the page: what the list holds and what stands right around it. */
function textsAround(element: unknown): string {
  const it = element as DomElement
  const around = it.parentElement?.parentElement ?? it.parentElement ?? it
  return [
    it.value ?? '',
    it.innerText ?? '',
    it.getAttribute('aria-label') ?? '',
    around.innerText ?? '',
  ].join(' ')
}

function quoted(labels: readonly string[]): string {
  return labels.map((label) => JSON.stringify(label)).join(', ')
}
