import type { JsonObject } from '../json.ts'
import { isObject } from './body.ts'
import { Faults, type Path, quote } from './faults.ts'
import { addIssues } from './issues.ts'
import { checkSanity } from './sanity.ts'
import { isComplaint } from './sentences/phrase.ts'
import { readSentence } from './sentences/phrase-book.ts'
import { MAX_SENTENCE_CHARS, type ParsedStep, parsedStepSchema, stepIdPattern } from './workflow.ts'

/** A step as far as it could be read. */
export interface Draft {
  readonly id: string
  readonly at: Path
  /** The sentence it was written as. */
  readonly text?: string
  /** Undefined when the step has faults of its own. */
  readonly step?: Omit<ParsedStep, 'with'> & { readonly with: JsonObject }
  /** What it says to depend on, also when the rest could not be read. */
  readonly dependsOn: readonly string[] | undefined
  /** Where a value inside `with` stood: the sentence itself, if it was one. */
  withAt(path: Path): Path
  dependencyAt(index: number): Path
}

/** Reads every step, sentences included, and gives each its id. */
export function readDrafts(posted: readonly unknown[], stepsAt: Path, faults: Faults): Draft[] {
  const taken = takenIds(posted)
  const seen = new Set<string>()
  return posted.map((value, index) => {
    const at = [...stepsAt, index]
    const given = givenId(value)
    if (given !== undefined && seen.has(given)) {
      faults.add([...at, 'id'], 'DUPLICATE_STEP_ID', `another step is called "${given}" already`)
    }
    const id = given ?? freeId(index + 1, taken)
    seen.add(id)
    return readDraft(value, id, at, index, faults)
  })
}

function readDraft(value: unknown, id: string, at: Path, index: number, faults: Faults): Draft {
  const sentence = typeof value === 'string' ? value : undefined
  const written = sentence === undefined ? value : readLine(sentence, at, index, faults)
  const base = {
    id,
    at,
    ...(sentence === undefined ? {} : { text: sentence.trim() }),
    withAt: (path: Path) => (sentence === undefined ? [...at, 'with', ...path] : at),
  }
  const hasOneParent = isObject(written) && typeof written['dependsOn'] === 'string'
  const dependencyAt = (place: number) => [...at, 'dependsOn', ...(hasOneParent ? [] : [place])]
  if (written === undefined) return { ...base, dependsOn: undefined, dependencyAt }
  if (!isObject(written)) {
    faults.add(at, 'WRONG_TYPE', `expected a step or a sentence, got ${quote(written)}`)
    return { ...base, dependsOn: undefined, dependencyAt }
  }
  const parsed = parsedStepSchema.safeParse(
    hasOneParent ? { ...written, dependsOn: [written['dependsOn']] } : written,
  )
  if (parsed.success) {
    const step = { ...parsed.data, with: (parsed.data.with ?? {}) as JsonObject }
    return { ...base, step, dependsOn: step.dependsOn, dependencyAt }
  }
  addIssues(parsed.error.issues, written, at, faults)
  return { ...base, dependsOn: readableNames(written['dependsOn']), dependencyAt }
}

/** A sentence as the structured step it stands for; undefined when it cannot be read. */
function readLine(sentence: string, at: Path, index: number, faults: Faults): unknown {
  if (sentence.length > MAX_SENTENCE_CHARS) {
    faults.add(
      at,
      'STRING_TOO_LONG',
      `step ${index + 1}: a sentence may have ${MAX_SENTENCE_CHARS} characters, not ${sentence.length}`,
    )
    return undefined
  }
  const reading = readSentence(sentence)
  if (isComplaint(reading)) {
    faults.add(at, reading.code, `step ${index + 1}: ${reading.message}`)
    return undefined
  }
  // A JSON body inside the sentence has not been looked at yet.
  const inside = new Faults()
  checkSanity(reading.with, [], inside)
  for (const { code, message } of inside.all) faults.add(at, code, `step ${index + 1}: ${message}`)
  return inside.count === 0 ? reading : undefined
}

function givenId(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const { id } = value
  return typeof id === 'string' && stepIdPattern.test(id) ? id : undefined
}

function takenIds(posted: readonly unknown[]): Set<string> {
  return new Set(posted.flatMap((value) => givenId(value) ?? []))
}

/** `step3` for the third step, unless a step further on or back is called that. */
function freeId(position: number, taken: Set<string>): string {
  let id = `step${position}`
  for (let suffix = 2; taken.has(id); suffix++) id = `step${position}_${suffix}`
  taken.add(id)
  return id
}

function readableNames(dependsOn: unknown): readonly string[] | undefined {
  const names = typeof dependsOn === 'string' ? [dependsOn] : dependsOn
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
}
