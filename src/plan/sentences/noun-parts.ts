import type { Target } from '../../modules/browser-actions/types.ts'
import type { NounWords, RoleWord } from './language.ts'
import type { Token } from './tokens.ts'

/** How many words a kind of element has at most. */
export const MAX_ROLE_WORDS = 3

const bareSelector = /^(?:[#.][A-Za-z_][\w-]*|\[[A-Za-z_][^\]]*\])(?:[.#:>[][^\s]*)?$/

/** Whether its first token is quoted or an expression. */
export function isMarked([first]: readonly Token[]): boolean {
  return first?.kind === 'quoted' || first?.kind === 'template'
}

export function isNameOnly(target: Target): boolean {
  return target.name !== undefined && target.role === undefined && target.nth === undefined
}

export function ofKind({ role, selector }: RoleWord): Target {
  if (selector !== undefined) return { selector }
  return { role: role ?? 'element' }
}

export function withName(word: RoleWord | undefined, name: string): Target {
  const role = word?.role
  return { name, ...(role === undefined || role === 'element' ? {} : { role }) }
}

/** `#total`, `[data-test="x"]`, with or without a word for what it is. */
export function selectorOf(tokens: readonly Token[]): string | undefined {
  const [first, second, third] = tokens
  if (first === undefined || third !== undefined) return undefined
  if (first.lower === 'selector' || first.lower === 'css') {
    return second?.kind === 'quoted' ? second.text : undefined
  }
  if (first.lower === 'element' && second?.kind === 'word' && bareSelector.test(second.raw)) {
    return second.raw
  }
  const isKind = second === undefined || /^(?:element|field|input|button|link)$/.test(second.lower)
  return isKind && first.kind === 'word' && bareSelector.test(first.raw) ? first.raw : undefined
}

export function roleWord(tokens: readonly Token[], { roles }: NounWords): RoleWord | undefined {
  if (tokens.length === 0 || tokens.length > MAX_ROLE_WORDS) return undefined
  return roles.get(lowerOf(tokens))
}

export function lowerOf(tokens: readonly Token[]): string {
  return tokens.map(({ lower, raw }) => lower || raw).join(' ')
}

export function withoutDeterminers(
  tokens: readonly Token[],
  { determiners }: NounWords,
): readonly Token[] {
  const from = tokens.findIndex(({ lower }) => !determiners.has(lower))
  return from === -1 ? [] : tokens.slice(from)
}

export function trimCommas(tokens: readonly Token[]): readonly Token[] {
  let from = 0
  let to = tokens.length
  while (from < to && tokens[from]?.kind === 'comma') from++
  while (to > from && tokens[to - 1]?.kind === 'comma') to--
  return tokens.slice(from, to)
}
