import type { Target } from '../../modules/browser-actions/types.ts'
import { createClaims } from './claims.ts'
import {
  compilePattern,
  type FormPattern,
  firstWords,
  matchPattern,
  standsAt,
} from './form-pattern.ts'
import type { Claim, Language, Reader, Rule, Surroundings, WrittenAction } from './language.ts'
import { createNounPhrases } from './noun-phrase.ts'
import type { Complaint, PhraseStep } from './phrase.ts'
import { type Token, textOf, tokenize } from './tokens.ts'
import { durationOf } from './wait.ts'

/** What of the workflow a sentence may refer to. */
export interface SentenceContext {
  /** The addresses of its pages, by their names in lower case, without "page". */
  readonly pages: ReadonlyMap<string, string>
  hasSecret(name: string): boolean
}

export interface BrowserSentences {
  /** What the sentence says to do in the browser; undefined where no rule reads it. */
  read(sentence: string, context: SentenceContext): PhraseStep | Complaint | undefined
  /** The sentence without "Given", "And then" and the like; the same tokens where there are none. */
  withoutPrefix(tokens: readonly Token[]): readonly Token[]
  /** The same without "I" or "the user" before what is done. */
  withoutSpeaker(tokens: readonly Token[]): readonly Token[]
  /** Every form with the words that it begins with. */
  readonly forms: readonly { readonly form: string; readonly verbs: readonly string[] }[]
}

interface IndexedRule {
  readonly rule: Rule
  readonly pattern: FormPattern
}

/** The actions that have a limit of their own; that of the others is their step's. */
const timed: ReadonlySet<string> = new Set(['waitFor', 'assert'])

/** Reads sentences about the browser by the tables of a language. */
export function createBrowserSentences(language: Language): BrowserSentences {
  const index = indexRules(language)
  const nouns = createNounPhrases(language.nouns)
  const claims = createClaims(language)
  const { frame } = language
  const split = (phrases: readonly string[]) => phrases.map((phrase) => phrase.split(' '))
  const hedged = split(frame.hedged)
  const speakers = split(frame.speakers)
  const others = split(frame.others)
  const modals = split(frame.modals)
  const timeouts = compileEndings(frame.timeouts)
  const submits = compileEndings(frame.submits)

  return {
    read(sentence, context) {
      const tokens = tokenize(sentence)
      nouns.begin()
      const { rest, given } = withoutPrefixes(tokens)
      if (rest.length === 0) return undefined
      const reader = createReader(context)
      for (const said of withoutSpeaker(rest)) {
        const reading = readWithEndings(said, given, reader)
        if (reading !== undefined) return reading
      }
      return undefined
    },
    withoutPrefix: (tokens) => withoutPrefixes(tokens).rest,
    withoutSpeaker: (tokens) => {
      const speaker = [...speakers, ...others].find((words) => standsAt(words, tokens, 0))
      return speaker === undefined ? tokens : tokens.slice(speaker.length)
    },
    forms: language.rules.map(({ form, patterns }) => ({
      form,
      verbs: [...new Set(patterns.flatMap((pattern) => firstWords(compilePattern(pattern))))],
    })),
  }

  function withoutPrefixes(tokens: readonly Token[]): { rest: readonly Token[]; given: boolean } {
    let at = 0
    let given = false
    for (;;) {
      const lower = tokens[at]?.lower ?? ''
      const isHedged = hedged.some(
        (words) => standsAt(words, tokens, at) && tokens[at + words.length]?.kind === 'comma',
      )
      if (lower !== '' && (frame.prefixes.includes(lower) || isHedged)) at++
      else if (at > 0 && lower === ',') at++
      else break
      given ||= frame.given.has(lower)
    }
    return { rest: tokens.slice(at), given }
  }

  /** First without who does it, where somebody is named, then as it stands. */
  function withoutSpeaker(tokens: readonly Token[]): readonly (readonly Token[])[] {
    const speaker = speakers.find((words) => standsAt(words, tokens, 0))
    if (speaker !== undefined) return [withoutModal(tokens.slice(speaker.length)), tokens]
    const other = others.find((words) => standsAt(words, tokens, 0))
    if (other === undefined) return [tokens]
    const verb = tokens.slice(other.length)
    const lower = verb[0]?.lower ?? ''
    const isVerb = index.has(lower) && (/s$/.test(lower) || isAuxiliary(lower))
    const behind = withoutModal(verb)
    return isVerb || behind.length < verb.length ? [behind, tokens] : [tokens]
  }

  function withoutModal(tokens: readonly Token[]): readonly Token[] {
    const modal = modals.find((words) => standsAt(words, tokens, 0))
    return modal === undefined ? tokens : tokens.slice(modal.length)
  }

  /** What follows a person as it would follow "I": "should see". */
  function isAuxiliary(lower: string): boolean {
    return language.claims.auxiliaries.has(lower) || language.claims.be.has(lower)
  }

  function readWithEndings(tokens: readonly Token[], given: boolean, reader: Reader) {
    const limited = endingOf(tokens, timeouts, ({ rest = [], time }) => {
      const timeout = reader.duration(time)
      return timeout === undefined ? undefined : { rest: trimComma(rest), timeout }
    })
    const said = limited?.rest ?? tokens
    const confirmed = endingOf(said, submits, ({ rest = [] }) => ({ rest: trimComma(rest) }))
    const submitted = confirmed && readRules(confirmed.rest, reader, { given, submit: true })
    const isSubmitted = submitted !== undefined && 'do' in submitted && submitted['submit'] === true
    const reading = isSubmitted ? submitted : readRules(said, reader, { given, submit: false })
    return reading && toStep(reading, limited?.timeout)
  }

  function readRules(
    tokens: readonly Token[],
    reader: Reader,
    around: Surroundings,
  ): WrittenAction | Complaint | undefined {
    for (const { rule, pattern } of index.get(tokens[0]?.lower ?? '') ?? []) {
      const reading = matchPattern(pattern, tokens, (slots) => rule.read(slots, reader, around))
      if (reading !== undefined) return reading
    }
    const first = tokens[0]?.lower ?? ''
    if (language.claims.notSubjects.has(first) || isAuxiliary(first)) return undefined
    const claim = reader.claim(tokens)
    return claim && toAssertion(claim)
  }

  function createReader({ pages, hasSecret }: SentenceContext): Reader {
    const reader: Reader = {
      pages,
      hasSecret,
      target: (tokens) => tokens && nouns.target(tokens),
      kind: (tokens) => {
        const word = tokens && nouns.roleOf(tokens)
        return word?.role === undefined ? undefined : { role: word.role }
      },
      isPage: (tokens) => tokens !== undefined && nouns.isPage(tokens),
      claim: (tokens) => tokens && claims(tokens, reader),
      value: (tokens = []) => {
        const last = tokens.at(-1)
        const isMixed = tokens.length > 1 && tokens.some(({ kind }) => kind === 'quoted')
        // "the text “hello”", "the password {{ … }}".
        const isIntroduced =
          language.nouns.determiners.has(tokens[0]?.lower ?? '') &&
          tokens.length < 5 &&
          tokens.slice(0, -1).every(({ kind }) => kind === 'word')
        if (isIntroduced && last !== undefined && last.lower === '') return last.text
        return tokens.length === 0 || isMixed ? undefined : textOf(tokens)
      },
      marked: (tokens) => {
        const [only, ...more] = tokens ?? []
        const isMarked = only?.kind === 'quoted' || only?.kind === 'template'
        return isMarked && more.length === 0 ? only.text : undefined
      },
      number: (tokens) => {
        const [only, ...more] = tokens ?? []
        if (only === undefined || more.length > 0) return undefined
        if (/^\d{1,9}$/.test(only.text)) return Number(only.text)
        return language.numbers.get(only.lower)
      },
      duration: (tokens) => (tokens === undefined ? undefined : durationOf(textOf(tokens))),
    }
    return reader
  }
}

function toStep(
  reading: WrittenAction | Complaint,
  timeout: string | undefined,
): PhraseStep | Complaint {
  if ('code' in reading && !('do' in reading)) return reading as Complaint
  const action = reading as WrittenAction
  if (timeout === undefined) return { uses: 'browser', with: action }
  if (timed.has(action.do)) return { uses: 'browser', with: { timeout, ...action } }
  return { uses: 'browser', with: action, timeout }
}

function toAssertion({ target, ...rest }: Claim): WrittenAction {
  const on = target === undefined ? {} : { target: target as Target & WrittenAction }
  return { do: 'assert', ...on, ...rest } as WrittenAction
}

function trimComma(tokens: readonly Token[]): readonly Token[] {
  return tokens.at(-1)?.kind === 'comma' ? tokens.slice(0, -1) : tokens
}

interface Ending {
  readonly pattern: FormPattern
  /** The words that stand behind the rest. */
  readonly begins: ReadonlySet<string>
}

function compileEndings(patterns: readonly string[]): readonly Ending[] {
  return patterns.map((text) => {
    const pattern = compilePattern(text)
    const behind = { elements: pattern.elements.slice(1) }
    return { pattern, begins: new Set(firstWords(behind)) }
  })
}

function endingOf<T>(
  tokens: readonly Token[],
  endings: readonly Ending[],
  accept: (slots: Readonly<Record<string, readonly Token[]>>) => T | undefined,
): T | undefined {
  for (const { pattern, begins } of endings) {
    if (!tokens.some(({ lower }, at) => at > 0 && begins.has(lower))) continue
    const found = matchPattern(pattern, tokens, accept)
    if (found !== undefined) return found
  }
  return undefined
}

/** The rules that a sentence can be read by, by its first word, in their order. */
function indexRules({ rules, inflect }: Language): ReadonlyMap<string, readonly IndexedRule[]> {
  const index = new Map<string, IndexedRule[]>()
  for (const rule of rules) {
    for (const text of rule.patterns) {
      const pattern = compilePattern(text, inflect)
      for (const word of new Set(firstWords(pattern))) {
        const known = index.get(word)
        if (known === undefined) index.set(word, [{ rule, pattern }])
        else known.push({ rule, pattern })
      }
    }
  }
  return index
}
