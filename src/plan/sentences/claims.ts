import { compilePattern, firstWords, matchPattern, standsAt } from './form-pattern.ts'
import type { Claim, ClaimSubject, Language, Predicate, Reader } from './language.ts'
import type { Token } from './tokens.ts'

/** What is longer is no claim; holds the tries for where the subject ends in check. */
const MAX_TOKENS = 80

/** How all forms of "to be" are written in the patterns of predicates. */
const BE = 'be'

/** Reads claims such as "the total should not be 0" by the words of a language. */
export function createClaims({ claims: words, inflect }: Pick<Language, 'claims' | 'inflect'>) {
  const predicates = indexPredicates(words.predicates, inflect)
  const subjects = words.subjects.flatMap(({ patterns, read }) =>
    patterns.map((text) => ({ pattern: compilePattern(text), read })),
  )

  return (given: readonly Token[], reader: Reader): Claim | undefined => {
    const tokens = given.flatMap(expand)
    if (tokens.length > MAX_TOKENS) return undefined
    if (words.there.has(tokens[0]?.lower ?? '')) return thereIs(tokens.slice(1), reader)
    const isNone = words.none.has(tokens[0]?.lower ?? '')
    for (let at = isNone ? 2 : 1; at < tokens.length; at++) {
      const { rest, not } = peel(tokens.slice(at))
      const candidates = predicates.get(rest[0]?.lower ?? '')
      if (candidates === undefined) continue
      const subject = subjectOf(tokens.slice(isNone ? 1 : 0, at), reader)
      if (subject === undefined) continue
      for (const { pattern, read } of candidates) {
        const claim = matchPattern(pattern, rest, (slots) => read(slots, reader, subject))
        if (claim !== undefined) return negated(claim, not !== isNone)
      }
    }
    return undefined
  }

  function expand(token: Token): readonly Token[] {
    const parts = Object.hasOwn(words.contractions, token.lower)
      ? words.contractions[token.lower]
      : undefined
    return parts?.map(wordToken) ?? [token]
  }

  /** The tokens from the verb on, without what stands before it; forms of "to be" as one word. */
  function peel(tokens: readonly Token[]): { rest: readonly Token[]; not: boolean } {
    let at = 0
    let not = false
    let be = false
    for (;;) {
      const negation = words.negations.find((phrase) => standsAt(phrase, tokens, at))
      const lower = tokens[at]?.lower ?? ''
      if (negation !== undefined) {
        not = !not
        at += negation.length
      } else if (words.be.has(lower)) {
        be = true
        at++
      } else if (words.auxiliaries.has(lower) || isPerfect(tokens, at)) at++
      else break
    }
    const rest = tokens.slice(at)
    return { rest: be ? [wordToken(BE), ...rest] : rest, not }
  }

  /** "has been", "has disappeared". */
  function isPerfect(tokens: readonly Token[], at: number): boolean {
    const next = tokens[at + 1]?.lower ?? ''
    return (
      words.perfect.has(tokens[at]?.lower ?? '') &&
      (words.be.has(next) || words.participles.has(next))
    )
  }

  function subjectOf(tokens: readonly Token[], reader: Reader): ClaimSubject | undefined {
    for (const { pattern, read } of subjects) {
      const found = matchPattern(pattern, tokens, (slots) => read(slots, reader))
      if (found !== undefined) return found
    }
    const counted = countedOf(tokens, reader)
    if (counted !== undefined) return counted
    const target = reader.target(tokens)
    const isPerson = words.persons.has(target?.name?.toLowerCase() ?? '') && isBare(tokens)
    return target && !isPerson ? { target } : undefined
  }

  function countedOf(given: readonly Token[], reader: Reader): ClaimSubject | undefined {
    const tokens = words.exactly.has(given[0]?.lower ?? '') ? given.slice(1) : given
    const count = reader.number(tokens.slice(0, 1))
    const target = reader.target(tokens.slice(1))
    return count === undefined || target === undefined ? undefined : { target, count }
  }

  /** "there are 3 rows", "there should be no error". */
  function thereIs(tokens: readonly Token[], reader: Reader): Claim | undefined {
    const { rest, not } = peel(tokens)
    if (rest[0]?.lower !== BE) return undefined
    const said = rest.slice(1)
    const isNone = words.none.has(said[0]?.lower ?? '')
    const counted = isNone ? undefined : countedOf(said, reader)
    if (counted !== undefined) return negated(countOf(counted), not)
    const target = reader.target(isNone ? said.slice(1) : said)
    return target && negated({ target, that: 'state', state: 'visible' }, not !== isNone)
  }
}

/** A claim that there are so many. */
export function countOf({ target, count = 0 }: ClaimSubject): Claim {
  return { ...(target && { target }), that: 'count', by: 'equals', expected: count }
}

function negated(claim: Claim, negate: boolean): Claim {
  const { not, ...rest } = claim
  return (not === true) === negate ? rest : { ...rest, not: true }
}

function isBare(tokens: readonly Token[]): boolean {
  return tokens.every(({ kind }) => kind === 'word')
}

function wordToken(word: string): Token {
  return { kind: 'word', raw: word, text: word, lower: word }
}

function indexPredicates(
  predicates: readonly Predicate[],
  inflect: (verb: string) => readonly string[],
) {
  const index = new Map<
    string,
    { pattern: ReturnType<typeof compilePattern>; read: Predicate['read'] }[]
  >()
  for (const { patterns, read } of predicates) {
    for (const text of patterns) {
      const pattern = compilePattern(text, inflect)
      for (const word of new Set(firstWords(pattern))) {
        const known = index.get(word)
        if (known === undefined) index.set(word, [{ pattern, read }])
        else known.push({ pattern, read })
      }
    }
  }
  return index
}
