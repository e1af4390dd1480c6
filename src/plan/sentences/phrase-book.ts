import { quote } from '../faults.ts'
import { commandPhrases } from './command.ts'
import { peoplePhrases } from './people.ts'
import { type Complaint, isComplaint, type Phrase, type PhraseStep } from './phrase.ts'
import { requestPhrases } from './request.ts'
import { waitPhrases } from './wait.ts'

/** Every form there is, in the order they are tried and shown. */
export const phraseBook: readonly Phrase[] = [
  ...waitPhrases,
  ...peoplePhrases,
  ...requestPhrases,
  ...commandPhrases,
]

/**
 * Reads a sentence as a step. Case of the verb, spaces around it and full stops at its end do not
 * matter. A sentence of no known form gets a complaint that lists the forms, the nearest one first.
 */
export function readSentence(
  sentence: string,
  phrases: readonly Phrase[] = phraseBook,
): PhraseStep | Complaint {
  const text = trimEnd(sentence.trim())
  for (const phrase of phrases) {
    const match = phrase.pattern.exec(text)
    const reading = match === null ? undefined : phrase.toStep(match)
    if (reading === undefined) continue
    return isComplaint(reading) ? withSentence(reading, sentence) : reading
  }
  return unreadable(sentence, text, phrases)
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

function unreadable(sentence: string, text: string, phrases: readonly Phrase[]): Complaint {
  const forms = phrases.map(({ form }) => `"${form}"`).join(', ')
  const nearest = nearestPhrase(text, phrases)
  const hint = nearest === undefined ? '' : ` Did you mean a sentence like "${nearest.form}"?`
  return {
    code: 'UNREADABLE_SENTENCE',
    message: `${quote(sentence)} is not a sentence that can be read.${hint} Known forms: ${forms}`,
  }
}

/** The phrase whose verb is the sentence's first word, or at most two letters from it. */
function nearestPhrase(text: string, phrases: readonly Phrase[]): Phrase | undefined {
  const [first = ''] = text.slice(0, 20).toLowerCase().split(/\s/, 1)
  let nearest: { phrase: Phrase; distance: number } | undefined
  for (const phrase of phrases) {
    for (const verb of phrase.verbs) {
      const distance = lettersApart(first, verb)
      const allowed = verb.length > 3 ? 2 : 1
      if (distance <= allowed && distance < (nearest?.distance ?? 3)) nearest = { phrase, distance }
    }
  }
  return nearest?.phrase
}

/** Levenshtein's distance between two short words. */
function lettersApart(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}
