import { Script } from 'node:vm'
import { StepstreamError } from '../../errors.ts'
import type { comparisons } from '../browser-actions/types.ts'
import { flat } from './words.ts'

/** A regular expression that takes longer than this on a page's text is refused, in ms. */
const MATCH_MS = 250

/** More of a text is not searched by a regular expression. */
const MAX_SEARCHED = 200_000

/** Whether what is shown fits what is expected. Spaces count as one, as they do on a page. */
export function fits(shown: string, expected: string, by: (typeof comparisons)[number]): boolean {
  switch (by) {
    case 'equals':
      return flat(shown) === flat(expected)
    case 'contains':
      return flat(shown).includes(flat(expected))
    case 'matches':
      return matches(shown, expected)
  }
}

/** Bounded in time, since JavaScript's regular expressions backtrack. @throws StepstreamError ASSERTION_FAILED */
function matches(shown: string, pattern: string): boolean {
  const script = new Script('new RegExp(pattern, "su").test(shown)')
  try {
    const within = { pattern, shown: shown.slice(0, MAX_SEARCHED) }
    return script.runInNewContext(within, { timeout: MATCH_MS }) === true
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new StepstreamError('ASSERTION_FAILED', `The pattern ${pattern} cannot be used: ${why}.`)
  }
}

/** Whether an address fits a pattern: `*` stands for anything in it, else it is a part of the address. */
export function urlFits(url: string, pattern: string): boolean {
  if (!pattern.includes('*')) return url.includes(pattern)
  const pieces = pattern.split(/\*+/)
  const first = pieces[0] ?? ''
  const last = pieces.at(-1) ?? ''
  // A pattern without a scheme may begin anywhere.
  let at = /^https?:/.test(first)
    ? url.startsWith(first)
      ? first.length
      : -1
    : after(url, first, 0)
  for (const piece of pieces.slice(1, -1)) at = at < 0 ? -1 : after(url, piece, at)
  return at >= 0 && url.slice(at).endsWith(last)
}

function after(url: string, piece: string, from: number): number {
  const at = url.indexOf(piece, from)
  return at < 0 ? -1 : at + piece.length
}
