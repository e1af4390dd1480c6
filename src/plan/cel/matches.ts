import { StepstreamError } from '../../errors.ts'
import { isBounded, withoutIdleEnds } from '../pattern.ts'

/** A pattern and a text may be this long, in characters. */
const MAX_PATTERN_CHARS = 1000
const MAX_TEXT_CHARS = 10_000

/**
 * CEL's `matches`, bounded: a pattern that could run away on this text is refused.
 * @throws StepstreamError EXPRESSION_FAILED for a bad or too costly pattern, or one beyond the limits
 */
export function matchesWithin(text: string, pattern: string): boolean {
  if (pattern.length > MAX_PATTERN_CHARS) {
    refuse(`a pattern of matches() may have ${MAX_PATTERN_CHARS} characters, not ${pattern.length}`)
  }
  if (text.length > MAX_TEXT_CHARS) {
    refuse(`matches() reads texts of up to ${MAX_TEXT_CHARS} characters, not ${text.length}`)
  }
  const searched = withoutIdleEnds(pattern)
  if (!isBounded(searched, text.length)) {
    refuse(
      `the pattern of matches() could take too long on ${text.length} characters; anchor it with ^, repeat fewer parts, or use contains()`,
    )
  }
  try {
    return new RegExp(searched).test(text)
  } catch (error) {
    return refuse('matches() got an invalid regular expression', error)
  }
}

function refuse(message: string, cause?: unknown): never {
  throw new StepstreamError('EXPRESSION_FAILED', message, { cause })
}
