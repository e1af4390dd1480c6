import type { Page } from 'playwright-core'
import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { Target } from '../browser-actions/types.ts'
import type { Candidate } from './types.ts'

/** What Playwright says when the page, its context or the browser is gone. */
const gone =
  /Target crashed|Page crashed|Target (page, context or browser|closed)|has been closed|Browser closed|Protocol error.*(closed|detached|No target with given id)/

/** What it says when an element or document went away between two calls: worth another look. */
const moved =
  /not attached|detached|context was destroyed|Element is not|No element|does not match any element|aria-ref|Frame was detached|because of a navigation|not find (the )?object|Cannot find context/i

export function isGone(error: unknown): boolean {
  return error instanceof Error && gone.test(error.message)
}

export function isMoved(error: unknown): boolean {
  return error instanceof Error && !(error instanceof StepstreamError) && moved.test(error.message)
}

export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

/** The page, its tab or the browser went away. */
export function lost(page: Page, error?: unknown): StepstreamError {
  const isConnected = page.context().browser()?.isConnected() ?? true
  const what = !isConnected ? 'The browser' : page.isClosed() ? 'The tab' : 'The page'
  const how = isConnected && !page.isClosed() ? 'crashed' : 'was closed'
  return new StepstreamError('BROWSER_LOST', `${what} ${how} while it was acted on.`, {
    cause: error,
  })
}

/** The failure of a target, with what could have been meant in `details.candidates`. */
export function targetError(
  code: 'TARGET_NOT_FOUND' | 'TARGET_AMBIGUOUS' | 'TARGET_COVERED' | 'TARGET_NOT_READY',
  message: string,
  candidates: readonly Candidate[],
  more: { readonly [key: string]: Json } = {},
): StepstreamError {
  const listed = candidates.map(({ role, name, score, why }) => ({ role, name, score, why }))
  return new StepstreamError(code, message, { details: { candidates: listed, ...more } })
}

/** A target as people say it: `the 2nd button "Delete" in the row "Ann"`. */
export function say(target: Target): string {
  const words = [
    target.nth === undefined ? '' : ordinal(target.nth),
    target.role ?? (target.selector === undefined ? 'element' : ''),
    target.name === undefined ? '' : JSON.stringify(target.name),
    target.selector === undefined ? '' : `element ${target.selector}`,
    target.in === undefined ? '' : `in the ${say(target.in)}`,
    target.near === undefined ? '' : `next to the ${say(target.near)}`,
  ]
  return words.filter((word) => word !== '').join(' ')
}

function ordinal(nth: number): string {
  if (nth === -1) return 'last'
  if (nth < 0) return `${ordinal(-nth)} last`
  const teens = nth % 100 > 10 && nth % 100 < 14
  const ending = teens ? 'th' : (['th', 'st', 'nd', 'rd'][nth % 10] ?? 'th')
  return `${nth}${ending}`
}
