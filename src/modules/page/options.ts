import { StepstreamError } from '../../errors.ts'
import type { JsonObject } from '../../json.ts'
import { compare } from './words.ts'

/** One of what can be chosen from. */
export interface Choice {
  readonly label: string
  readonly value: string
}

/** How many choices a failure names. */
const MAX_NAMED = 20

/**
 * The choice that is meant: by its label, by its value, but for case and punctuation, or as the only one
 * that has the words in it.
 * @throws StepstreamError TARGET_NOT_FOUND, TARGET_AMBIGUOUS naming the choices
 */
export function choiceOf(said: string, choices: readonly Choice[]): number {
  const scores = choices.map(({ label, value }) =>
    value === said ? 99 : compare(said, label).score,
  )
  const top = Math.max(0, ...scores)
  const best = scores.flatMap((score, at) => (score > 0 && score === top ? [at] : []))
  const [first] = best
  if (first === undefined) {
    const message = `There is no option ${JSON.stringify(said)}; there are ${named(choices)}.`
    throw new StepstreamError('TARGET_NOT_FOUND', message, { details: candidates(choices) })
  }
  if (best.length > 1) {
    const rivals = best.flatMap((at) => choices[at] ?? [])
    const message = `${best.length} options could be ${JSON.stringify(said)}: ${named(rivals)}.`
    throw new StepstreamError('TARGET_AMBIGUOUS', message, { details: candidates(rivals) })
  }
  return first
}

function named(choices: readonly Choice[]): string {
  const names = choices
    .slice(0, MAX_NAMED)
    .map(({ label, value }) => JSON.stringify(label || value))
  const more = choices.length > MAX_NAMED ? ` and ${choices.length - MAX_NAMED} more` : ''
  return names.length === 0 ? 'none' : `${names.join(', ')}${more}`
}

function candidates(choices: readonly Choice[]): JsonObject {
  const listed = choices.slice(0, MAX_NAMED)
  return {
    candidates: listed.map(({ label }) => ({
      role: 'option',
      name: label,
      score: 0,
      why: 'an option',
    })),
  }
}
