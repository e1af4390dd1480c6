import type { Faults, Path } from './faults.ts'
import { fillSentence, fillStep, lengthOfArguments, unknownPlaces } from './sentences/arguments.ts'
import { withoutPrefix, withoutSpeaker } from './sentences/phrase-book.ts'
import type { MatchedPhrase, UserPhrases } from './sentences/user-phrases.ts'
import { MAX_SENTENCE_CHARS } from './step-schema.ts'

/** How deep phrases may use phrases. */
const MAX_DEPTH = 5

/** What the arguments of all lines may come to, in characters. */
const MAX_ARGUMENT_CHARS = 2_000_000

/** One step as it is to be read: as it was posted, or from a phrase that a line used. */
export interface Line {
  readonly value: unknown
  readonly at: Path
  /** What messages call it. */
  readonly label: string
  /** What it is called when it has no id. */
  readonly id: string
  /** The line that used the phrase it is from. */
  readonly usedBy?: string
  /** What that line would be called if it were a step. */
  readonly lineId?: string
}

interface Expansion {
  readonly phrases: UserPhrases
  readonly phrasesAt: Path
  readonly maxSteps: number
  readonly faults: Faults
}

/**
 * The steps with the phrases of the workflow written out: those of the third line are called `step3_1`,
 * `step3_2` and so on. Phrases in circles, nested too deep or of too many steps become faults.
 */
export function expandLines(
  posted: readonly unknown[],
  stepsAt: Path,
  { phrases, phrasesAt, maxSteps, faults }: Expansion,
): readonly Line[] {
  const lines: Line[] = []
  let argumentChars = 0
  let isFull = false
  posted.forEach((value, index) => {
    const at = [...stepsAt, index]
    const label = `step ${index + 1}`
    const matched = matchOf(value, phrases)
    if (matched === undefined) {
      lines.push({ value, at, label, id: `step${index + 1}` })
      return
    }
    let count = 0
    const expand = ({ phrase, args }: MatchedPhrase, path: readonly string[]): void => {
      const { name, steps, parameters } = phrase
      const used = [...path, name]
      if (path.includes(name)) {
        const message = `${label}: phrases go round in circles: ${used.map((each) => `"${each}"`).join(' → ')}`
        faults.add([...phrasesAt, name], 'INVALID_VALUE', message)
        return
      }
      if (used.length > MAX_DEPTH) {
        const message = `${label}: phrases use phrases more than ${MAX_DEPTH} deep`
        faults.add([...phrasesAt, name], 'INVALID_VALUE', message)
        return
      }
      steps.forEach((written, place) => {
        if (isFull) return
        const placeAt = [...phrasesAt, name, place]
        for (const unknown of unknownPlaces(written, parameters)) {
          const message = `${unknown} stands for nothing: the phrase has ${parameters} parameters`
          faults.add(placeAt, 'INVALID_VALUE', message)
        }
        argumentChars += lengthOfArguments(written, args)
        if (argumentChars > MAX_ARGUMENT_CHARS || lines.length >= maxSteps) {
          isFull = true
          const message =
            lines.length >= maxSteps
              ? `with its phrases written out it has more than ${maxSteps} steps`
              : 'the arguments of its phrases are too long'
          faults.add(stepsAt, 'TOO_MANY_STEPS', message)
          return
        }
        const filled =
          args.length === 0
            ? written
            : typeof written === 'string'
              ? fillSentence(written, args)
              : fillStep(written, args)
        const inner = matchOf(filled, phrases)
        if (inner !== undefined) expand(inner, used)
        else {
          count++
          lines.push({
            value: filled,
            at: placeAt,
            label: `${label}, by the phrase "${name}"`,
            id: `step${index + 1}_${count}`,
            usedBy: label,
            lineId: `step${index + 1}`,
          })
        }
      })
    }
    expand(matched, [])
  })
  return lines
}

/** The phrase that a sentence is of: as it stands, or without "Given", "And" and who does it. */
function matchOf(value: unknown, phrases: UserPhrases): MatchedPhrase | undefined {
  if (typeof value !== 'string' || value.length > MAX_SENTENCE_CHARS) return undefined
  const text = value.trim()
  const bare = withoutPrefix(text)
  const candidates = new Set([text, bare, withoutSpeaker(bare)])
  for (const candidate of candidates) {
    const found = phrases(candidate)
    if (found !== undefined) return found
  }
  return undefined
}
