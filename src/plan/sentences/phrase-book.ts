import { quote } from '../faults.ts'
import { createBrowserSentences, type SentenceContext } from './browser-sentences.ts'
import { commandPhrases } from './command.ts'
import { english } from './english/english.ts'
import { peoplePhrases } from './people.ts'
import { type Complaint, isComplaint, type Phrase, type PhraseStep } from './phrase.ts'
import { requestPhrases } from './request.ts'
import { suggestFor } from './suggestions.ts'
import { type Token, tokenize } from './tokens.ts'
import { waitPhrases } from './wait.ts'

/** Every form there is but those about the browser, in the order they are tried. */
export const phraseBook: readonly Phrase[] = [
  ...waitPhrases,
  ...peoplePhrases,
  ...requestPhrases,
  ...commandPhrases,
]

const browser = createBrowserSentences(english)

const forms = [...phraseBook, ...browser.forms]

/** Who waits, as far as it is a person. */
const speaks = /^(?:i|we|you)\s/i

const nothing: SentenceContext = { pages: new Map(), hasSecret: () => true }

/**
 * Reads a sentence as a step. Case of the verb, spaces around it and full stops at its end do not
 * matter. A sentence of no known form gets a complaint with the forms that are nearest to it.
 */
export function readSentence(
  sentence: string,
  context: SentenceContext = nothing,
): PhraseStep | Complaint {
  const text = trimEnd(sentence.trim())
  const [whole, rest] = withAndWithoutPrefix(text)
  const reading =
    readPhrase(whole) ??
    (rest === undefined ? undefined : readPhrase(rest)) ??
    (speaks.test(rest ?? whole) ? readPhrase(withoutSpeaker(rest ?? whole)) : undefined)
  if (reading !== undefined && !isComplaint(reading)) return reading
  const inBrowser = browser.read(text, context)
  if (inBrowser !== undefined && !isComplaint(inBrowser)) return inBrowser
  const complaint = reading ?? inBrowser
  return complaint === undefined
    ? unreadable(sentence, text, context)
    : withSentence(complaint, sentence)
}

/** The sentence without "Given", "And then" and the like, for whoever has other forms to try. */
export function withoutPrefix(sentence: string): string {
  const text = trimEnd(sentence.trim())
  return withAndWithoutPrefix(text)[1] ?? text
}

/** The same without "I" or "the user" before what is done. */
export function withoutSpeaker(sentence: string): string {
  const tokens = tokenize(sentence)
  return behind(sentence, tokens, browser.withoutSpeaker(tokens))
}

function withAndWithoutPrefix(text: string): readonly [string, string?] {
  const [first = ''] = text.split(/\s/, 1)
  if (browser.withoutPrefix(tokenize(first)).length > 0) return [text]
  const tokens = tokenize(text)
  return [text, behind(text, tokens, browser.withoutPrefix(tokens))]
}

/** What of the text the last tokens are. */
function behind(text: string, tokens: readonly Token[], rest: readonly Token[]): string {
  const skipped = tokens.slice(0, tokens.length - rest.length)
  return skipped.reduce((left, { raw }) => left.slice(raw.length).trimStart(), text)
}

function readPhrase(text: string): PhraseStep | Complaint | undefined {
  for (const phrase of phraseBook) {
    const match = phrase.pattern.exec(text)
    const reading = match === null ? undefined : phrase.toStep(match)
    if (reading !== undefined) return reading as PhraseStep | Complaint
  }
  return undefined
}

function withSentence({ code, message }: Complaint, sentence: string): Complaint {
  return { code, message: `${quote(sentence)}: ${message}` }
}

/** Without the full stops and spaces at the end; a loop, because a pattern for it is quadratic. */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && (text[end - 1] === '.' || text[end - 1] === ' ')) end--
  return text.slice(0, end)
}

function unreadable(sentence: string, text: string, context: SentenceContext): Complaint {
  const reads = (other: string) => {
    const reading = readPhrase(other) ?? browser.read(other, context)
    return reading !== undefined && !isComplaint(reading)
  }
  const { suggestion, near } = suggestFor(text, forms, english, reads)
  const hint = suggestion === undefined ? '' : ` Did you mean: ${suggestion}?`
  const known = near.map((form) => `"${form}"`).join(', ')
  return {
    code: 'UNREADABLE_SENTENCE',
    message: `${quote(sentence)} is not a sentence that can be read.${hint} Forms near to it: ${known}; docs/sentences.md has them all`,
  }
}
