import { isDeepStrictEqual } from 'node:util'
import type { BrowserAction } from '../browser-actions/types.ts'
import { templatesOf } from './text.ts'
import type { CachedAction, CachedSteps, CacheKey } from './types.ts'
import { urlTemplate } from './url-template.ts'

/** What must be seen anew each time, or holds for one moment. */
const neverKept: ReadonlySet<BrowserAction['do']> = new Set(['assert', 'extract', 'dialog'])

/** A value this short is a part of almost any text. */
const SHORTEST_SOUGHT = 3

/**
 * What may be kept of steps; undefined: nothing, since some of it must not be and the rest would do
 * something else. Of an action that names a variable the words are kept, and no element that they
 * came to.
 * @param holdsSecret whether the value of a secret is in a text
 */
export function keepable(
  { text, url, values = [] }: CacheKey,
  steps: CachedSteps,
  holdsSecret: (text: string) => boolean,
): CachedSteps | undefined {
  const { actions, done } = steps
  if (actions.length === 0 || !actions.every(({ action }) => mayBeKept(action))) return undefined
  if (!actions.every(({ action }) => isExplained(action, text))) return undefined
  const used = new Set(actions.flatMap(({ action }) => stringsOf(action).flatMap(templatesOf)))
  // Where a variable led to a choice, another value needs another one.
  if (!templatesOf(text).every((name) => used.has(name))) return undefined
  const kept = {
    actions: actions.map(withoutValues),
    ...(done === undefined ? {} : { done }),
  }
  const isTelling = (one: string) => holdsSecret(one) || values.some((value) => isIn(value, one))
  if (stringsOf(kept).some(isTelling) || [text, urlTemplate(url)].some(holdsSecret))
    return undefined
  return kept
}

/** Whether an element of it is found by its place only. */
export function isWeak({ actions }: CachedSteps): boolean {
  return actions.some(({ target, to }) => target?.weak === true || to?.weak === true)
}

/** Whether both do the same to the same elements, whatever words named them. */
export function doTheSame(one: CachedSteps, other: CachedSteps): boolean {
  return isDeepStrictEqual(one.actions.map(outlineOf), other.actions.map(outlineOf))
}

function outlineOf({ action, target, to }: CachedAction) {
  const { target: words, to: toWords, ...rest } = action as { target?: unknown; to?: unknown }
  return { rest, target: target?.selector ?? words, to: to?.selector ?? toWords }
}

function mayBeKept(action: BrowserAction): boolean {
  if (neverKept.has(action.do)) return false
  if (action.do === 'fill') return action.secret === undefined
  // Artifacts belong to their session.
  return action.do !== 'upload' || action.files.every((file) => !('artifact' in file))
}

/** Beside a variable a value must be in the text itself: it may be what the variable held. */
function isExplained(action: BrowserAction, text: string): boolean {
  if (templatesOf(text).length === 0) return true
  const said = text.toLowerCase()
  return valuesOf(action).every(
    (value) => templatesOf(value).length > 0 || said.includes(value.trim().toLowerCase()),
  )
}

/** What an action gives to the page, or asks it for. */
function valuesOf(action: BrowserAction): readonly string[] {
  switch (action.do) {
    case 'open':
      return action.url === undefined ? [] : [action.url]
    case 'fill':
      return action.text === undefined ? [] : [action.text]
    case 'select':
      return action.options
    case 'set':
      return [action.value]
    case 'upload':
      return action.files.flatMap((file) => ('text' in file ? [file.text] : []))
    case 'waitFor':
      return [action.text, action.url].filter((value) => value !== undefined)
    default:
      return []
  }
}

function withoutValues({ action, target, to, evidence }: CachedAction): CachedAction {
  const { target: words, to: toWords } = action as { target?: unknown; to?: unknown }
  const tells = (value: unknown) => stringsOf(value).some((one) => templatesOf(one).length > 0)
  return {
    action,
    ...(target === undefined || tells(words) ? {} : { target }),
    ...(to === undefined || tells(toWords) ? {} : { to }),
    ...(evidence === undefined || tells(action) ? {} : { evidence }),
  }
}

/** Whether a value is in a text, also where a selector has escaped it. */
function isIn(value: string, text: string): boolean {
  const sought = value.trim().toLowerCase()
  const found = text.toLowerCase()
  if (sought === '') return false
  if (sought.length < SHORTEST_SOUGHT) return found === sought
  return found.includes(sought) || found.replaceAll('\\', '').includes(sought)
}

function stringsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(stringsOf)
}
