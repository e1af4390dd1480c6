import type { RuleReading } from './language.ts'
import type { Token } from './tokens.ts'

/** A name with a dot and, in its last part, letters: what a browser would take for an address. */
const hostName = /^(?:localhost|(?:[a-z0-9-]+\.)+[a-z]{2,24})(?::\d{1,5})?(?:[/?#]\S*)?$/i

/**
 * An address, an expression, or a path on the site that is open; undefined for anything else. An
 * address without its scheme is refused rather than guessed at.
 */
export function placeOf(tokens: readonly Token[]): RuleReading {
  const [only, ...more] = tokens
  if (only === undefined || more.length > 0) return undefined
  const { text, kind } = only
  if (/^https?:\/\//i.test(text)) {
    const hasSpace = /\s/.test(text.replaceAll(/\{\{.*?\}\}/gs, ''))
    if (hasSpace) {
      return { code: 'INVALID_VALUE', message: 'the address has a space; write it as %20' }
    }
    return { do: 'open', url: text }
  }
  if (kind === 'template' || /^\{\{.*\}\}/s.test(text)) return { do: 'open', url: text }
  if (/^\/(?!\/)\S*$/.test(text)) return { do: 'open', url: text }
  if (/^about:blank$/i.test(text)) return { do: 'open', url: 'about:blank' }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return { code: 'INVALID_VALUE', message: 'an address begins with http:// or https://' }
  }
  if (hostName.test(text) && kind === 'word') {
    return {
      code: 'INVALID_VALUE',
      message: `an address begins with http:// or https://; write "https://${text}"`,
    }
  }
  return undefined
}
