import type { Target } from '../../modules/browser-actions/types.ts'
import { compilePattern, firstWords, matchPattern, standsAt } from './form-pattern.ts'
import type { NounWords, RoleWord } from './language.ts'
import {
  isMarked,
  isNameOnly,
  lowerOf,
  MAX_ROLE_WORDS,
  ofKind,
  roleWord,
  selectorOf,
  trimCommas,
  withName,
  withoutDeterminers,
} from './noun-parts.ts'
import { type Token, textOf } from './tokens.ts'

/** How many words a name may have that is not quoted: more are a sentence of their own. */
const MAX_BARE_WORDS = 12

/** How deep containers may be nested, so that the work stays linear. */
const MAX_DEPTH = 5

/** How many phrases may be tried for one sentence: ordinary ones need a few dozen. */
const MAX_TRIES = 300

/** What is longer is no noun phrase; holds the tries for places in check. */
const MAX_TOKENS = 40

/** Reads noun phrases by the words of a language. */
export function createNounPhrases(words: NounWords) {
  const attributes = words.attributes.flatMap(({ patterns, selectorOf }) =>
    patterns.map((pattern) => ({ pattern: compilePattern(pattern), selectorOf })),
  )
  const naming = words.naming.map((pattern) => compilePattern(`${pattern} <name>`))
  const nextTo = words.nextTo.map((phrase) => phrase.split('_'))
  const ordinals = [...words.ordinals].map(([phrase, nth]) => [phrase.split(' '), nth] as const)
  // The longest first: "second to last" is not "second".
  ordinals.sort(([a], [b]) => b.length - a.length)
  /** What a place, a name or a neighbour may begin with, behind an element. */
  const links = new Set([
    ...words.inside,
    ...words.of,
    ...nextTo.map(([first = '']) => first),
    ...[...naming, ...attributes.map(({ pattern }) => pattern)].flatMap(firstWords),
  ])
  let tries = 0
  return {
    /** A sentence begins: what it may cost is counted anew. */
    begin: () => {
      tries = 0
    },
    target: (tokens: readonly Token[]): Target | undefined => targetOf(tokens, 0),
    /** Whether the tokens are a kind of element and nothing else: the kind. */
    roleOf: (tokens: readonly Token[]): RoleWord | undefined =>
      roleWord(withoutDeterminers(tokens, words), words),
    isPage: (tokens: readonly Token[]): boolean =>
      words.wholePage.has(lowerOf(withoutDeterminers(tokens, words))),
  }

  /** "the Delete button in the row of Ada": split at the first word for a place that leaves both sides readable. */
  function targetOf(given: readonly Token[], depth: number): Target | undefined {
    const tokens = trimCommas(given)
    if (tokens.length === 0 || tokens.length > MAX_TOKENS || depth > MAX_DEPTH) return undefined
    if (++tries > MAX_TRIES) return undefined
    for (let at = 1; at < tokens.length - 1; at++) {
      if (!links.has(tokens[at]?.lower ?? '')) continue
      const found =
        qualified(tokens.slice(0, at), tokens.slice(at), depth) ?? named(tokens, at, depth)
      if (found !== undefined) return found
    }
    return core(tokens)
  }

  /** A place behind the name: in a container, next to another element, or known by an attribute. */
  function qualified(
    left: readonly Token[],
    right: readonly Token[],
    depth: number,
  ): Target | undefined {
    const near = nextTo.find((phrase) => standsAt(phrase, right, 0))
    if (near !== undefined) {
      const target = core(left)
      const other = targetOf(right.slice(near.length), depth + 1)
      return target && other && { ...target, near: other }
    }
    for (const { pattern, selectorOf } of attributes) {
      const selector = matchPattern(pattern, right, ({ value = [] }) => {
        const text = textOf(value)
        return /^[A-Za-z_][\w-]*$/.test(text) ? selectorOf(text) : undefined
      })
      if (selector !== undefined) return { selector }
    }
    const [preposition, ...place] = right
    if (!words.inside.has(preposition?.lower ?? '')) return undefined
    if (isWholePage(place)) return core(left)
    if (!isPlace(place)) return undefined
    // A kind and "of": what follows is its name, unless it is a kind of its own: "the row of Ada".
    const kind = roleWord(withoutDeterminers(left, words), words)
    const container = targetOf(place, depth + 1)
    if (container === undefined) return undefined
    if (kind !== undefined && words.of.has(preposition?.lower ?? '') && isNameOnly(container)) {
      return kindNamed(left, container)
    }
    const target = core(left)
    return target && { ...target, in: container }
  }

  /** "button labelled Save", "row with Ada", "the row of Ada", "the field for Email". */
  function named(tokens: readonly Token[], at: number, depth: number): Target | undefined {
    const left = tokens.slice(0, at)
    const [, ...behind] = tokens.slice(at)
    const isKind = core(left)?.name === undefined
    if (words.of.has(tokens[at]?.lower ?? '')) {
      const name = targetOf(behind, depth + 1)
      if (name === undefined) return undefined
      if (isKind && isNameOnly(name)) return kindNamed(left, name)
      const target = core(left)
      // "the Delete button for Ada".
      return tokens[at]?.lower === 'of' || target === undefined || !isMarked(behind)
        ? undefined
        : { ...target, near: name }
    }
    if (!isKind) return undefined
    for (const pattern of naming) {
      const found = matchPattern(pattern, tokens.slice(at), ({ name = [] }) => {
        const meant = targetOf(name, depth + 1)
        return meant !== undefined && isNameOnly(meant) ? kindNamed(left, meant) : undefined
      })
      if (found !== undefined) return found
    }
    return undefined
  }

  function kindNamed(left: readonly Token[], { name, in: container }: Target): Target | undefined {
    const kind = core(left)
    if (kind === undefined || kind.name !== undefined) return undefined
    return { ...kind, name, ...(container === undefined ? {} : { in: container }) }
  }

  /** A name, a kind, or both, and which of several. */
  function core(given: readonly Token[]): Target | undefined {
    const hasDeterminer = words.determiners.has(given[0]?.lower ?? '')
    const tokens = withoutDeterminers(given, words)
    const [only] = tokens
    if (only === undefined || tokens.some(({ kind }) => kind === 'comma' && tokens.length < 2)) {
      return undefined
    }
    const ordinal = leadingOrdinal(tokens, hasDeterminer)
    if (ordinal !== undefined) {
      const rest = core(tokens.slice(ordinal.length))
      return rest && { ...rest, nth: ordinal.nth }
    }
    const asSelector = selectorOf(tokens)
    if (asSelector !== undefined) return { selector: asSelector }
    const marked = tokens.findIndex(({ kind }) => kind === 'quoted' || kind === 'template')
    return marked === -1 ? bare(tokens, hasDeterminer) : aroundName(tokens, marked, hasDeterminer)
  }

  /** A quoted name, its kind before or behind it. */
  function aroundName(
    tokens: readonly Token[],
    at: number,
    hasDeterminer: boolean,
  ): Target | undefined {
    const name = tokens[at]?.text ?? ''
    const before = tokens.slice(0, at)
    const behind = tokens.slice(at + 1)
    if (name.trim() === '') return undefined
    const kindBefore = trailingRole(before)
    const kindBehind = roleWord(behind, words)
    const isIntroduced = hasDeterminer && behind.length === 0 && isPlainNoun(before)
    if (before.length > 0 && kindBefore === undefined && !isIntroduced) return undefined
    if (behind.length > 0 && kindBehind === undefined) return undefined
    if (before.length === 0 && behind.length === 0 && /^\.[A-Za-z_][\w-]*$/.test(name)) {
      return { selector: name }
    }
    return withName(kindBehind ?? kindBefore?.word, name)
  }

  /** "the product “Lamp”": a noun or two that say what the quoted name is of. */
  function isPlainNoun(tokens: readonly Token[]): boolean {
    const isWord = ({ raw, lower }: Token) =>
      /^\p{Ll}[\p{Ll}-]*$/u.test(raw) && !words.notFirst.has(lower) && !words.notInside.has(lower)
    return tokens.length <= 2 && tokens.every(isWord)
  }

  /** Words as they stand: the kind is the last of them, or the first where a name follows. */
  function bare(tokens: readonly Token[], hasDeterminer: boolean): Target | undefined {
    const whole = roleWord(tokens, words)
    if (whole !== undefined && whole.kind !== 'noun') return ofKind(whole)
    const numbered = kindAndNumber(tokens)
    if (numbered !== undefined) return numbered
    const behind = trailingRole(tokens)
    const isNamed = behind !== undefined && behind.length < tokens.length
    if (isNamed && (behind.word.kind === 'control' || hasDeterminer)) {
      const name = nameOf(tokens.slice(0, -behind.length))
      if (name === undefined) return undefined
      if (behind.word.role !== undefined) return withName(behind.word, name)
    }
    const before = leadingRole(tokens)
    if (before !== undefined) {
      const name = nameOf(tokens.slice(before.length))
      if (name !== undefined) return withName(before.word, name)
    }
    const name = nameOf(tokens)
    return name === undefined ? undefined : { name }
  }

  function nameOf(tokens: readonly Token[]): string | undefined {
    const [first] = tokens
    if (first === undefined || tokens.length > MAX_BARE_WORDS) return undefined
    if (words.notFirst.has(first.raw) || words.determiners.has(first.raw)) return undefined
    if (words.notLast.has(tokens.at(-1)?.raw ?? '')) return undefined
    const goesOn = tokens.some(({ raw, lower }, index) => {
      const isAction = words.anotherAction.has(tokens[index + 1]?.lower ?? '')
      return index > 0 && (words.notInside.has(raw) || (words.and.has(lower) && isAction))
    })
    return goesOn ? undefined : textOf(tokens)
  }

  /** "row 3". */
  function kindAndNumber(tokens: readonly Token[]): Target | undefined {
    const last = tokens.at(-1)?.lower ?? ''
    const word = roleWord(tokens.slice(0, -1), words)
    if (word === undefined || !/^\d{1,3}$/.test(last) || Number(last) === 0) return undefined
    return word.kind === 'noun' ? undefined : { ...ofKind(word), nth: Number(last) }
  }

  function leadingOrdinal(tokens: readonly Token[], hasDeterminer: boolean) {
    const listed = ordinals.find(([phrase]) => standsAt(phrase, tokens, 0))
    const nth = listed?.[1] ?? words.ordinalOf(tokens[0]?.lower ?? '')
    const length = listed?.[0].length ?? 1
    const rest = tokens.slice(length)
    const [next] = rest
    if (nth === undefined || next === undefined) return undefined
    const isCertain = next.lower === '' || roleWord(rest, words) !== undefined
    const mayBe = hasDeterminer || trailingRole(rest) !== undefined
    const isPartOfName = words.notAfterOrdinal.has(next.lower)
    return isCertain || (mayBe && !isPartOfName) ? { nth, length } : undefined
  }

  /** The kind that the last words are, the longest phrase first. */
  function trailingRole(tokens: readonly Token[]) {
    for (let length = Math.min(MAX_ROLE_WORDS, tokens.length); length > 0; length--) {
      const word = roleWord(tokens.slice(-length), words)
      if (word !== undefined) return { word, length }
    }
    return undefined
  }

  /** The kind that the first words are, where a name with a capital follows: "button Sign in". */
  function leadingRole(tokens: readonly Token[]) {
    for (let length = Math.min(MAX_ROLE_WORDS, tokens.length - 1); length > 0; length--) {
      const word = roleWord(tokens.slice(0, length), words)
      const isName = /^\p{Lu}/u.test(tokens[length]?.raw ?? '')
      const isKind = /^\p{Ll}/u.test(tokens[0]?.raw ?? '')
      if (word !== undefined && isName && isKind) return { word, length }
    }
    return undefined
  }

  function isWholePage(tokens: readonly Token[]): boolean {
    return words.wholePage.has(lowerOf(withoutDeterminers(tokens, words)))
  }

  /** What may follow "in": an article, a quoted name, which of several, or a kind of element. */
  function isPlace(tokens: readonly Token[]): boolean {
    const [first] = tokens
    if (first === undefined) return false
    return (
      words.determiners.has(first.lower) ||
      isMarked(tokens) ||
      leadingOrdinal(tokens, false) !== undefined ||
      selectorOf(tokens) !== undefined ||
      kindAndNumber(tokens) !== undefined ||
      words.of.has(tokens[1]?.lower ?? '') ||
      // "Sign in button" is no element in a button.
      trailingRole(tokens)?.word.kind === 'part' ||
      leadingRole(tokens)?.word.kind === 'part'
    )
  }
}
