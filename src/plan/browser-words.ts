import type { Json, JsonObject } from '../json.ts'
import { helpedActions, type Target, targetInWords } from '../modules/browser-actions/types.ts'
import { isObject } from './body.ts'

/** When a step needs an AI connection. */
export const aiNeeds = ['never', 'ifNotFound', 'always'] as const

export type AiNeed = (typeof aiNeeds)[number]

/** The element a browser step acts on in words: `button "Sign in" in the row "Ada"`; undefined: none. */
export function targetWords(uses: string, input: JsonObject): string | undefined {
  if (uses !== 'browser') return undefined
  const { target, to, do: action } = input
  if (target === undefined) return undefined
  const words = wordsOf(target)
  return action === 'drag' && to !== undefined ? `${words} to ${wordsOf(to)}` : words
}

/**
 * Whether a step is left to an AI: a goal always; what a sentence does to its element, or the page that
 * it opens, where nothing on the page answers to the words; nothing else.
 */
export function aiNeedOf(uses: string, input: JsonObject, text: string | undefined): AiNeed {
  if (uses === 'ai') return 'always'
  const { target, to, page, do: action } = input
  if (uses !== 'browser' || text === undefined || !helpedActions.has(String(action))) return 'never'
  return page !== undefined || isInWords(target) || isInWords(to) ? 'ifNotFound' : 'never'
}

function isInWords(target: Json | undefined): boolean {
  if (target === undefined) return false
  return !isObject(target) || target['selector'] === undefined
}

/** The planner has checked it. */
function wordsOf(target: Json): string {
  return targetInWords(target as unknown as string | Target)
}
