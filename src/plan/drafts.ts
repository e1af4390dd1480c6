import type { JsonObject } from '../json.ts'
import { isObject } from './body.ts'
import { expandLines, type Line } from './expand.ts'
import { Faults, type Path, quote } from './faults.ts'
import { addIssues } from './issues.ts'
import { checkSanity } from './sanity.ts'
import type { SentenceContext } from './sentences/browser-sentences.ts'
import { isComplaint } from './sentences/phrase.ts'
import { readSentence } from './sentences/phrase-book.ts'
import type { UserPhrases } from './sentences/user-phrases.ts'
import {
  type Defaults,
  forUndo,
  type Places,
  placesWith,
  type StepDefaults,
  withDefaults,
} from './step-defaults.ts'
import {
  MAX_SENTENCE_CHARS,
  type ParsedStep,
  parsedStepSchema,
  stepIdPattern,
  undoSchema,
} from './step-schema.ts'

/** A step as far as it could be read. */
export interface Draft extends Places {
  readonly id: string
  readonly at: Path
  /** The sentence it was written as. */
  readonly text?: string
  /** The line that used the phrase it is from. */
  readonly usedBy?: string
  /** With its defaults filled in; undefined when the step has faults of its own. */
  readonly step?: Omit<ParsedStep, 'with' | 'undo'> & { readonly with: JsonObject }
  /** What takes its effect back; a draft without id or place in the graph of its own. */
  readonly undo?: Draft
  /** What it says to depend on, also when the rest could not be read. */
  readonly dependsOn: readonly string[] | undefined
  dependencyAt(index: number): Path
}

/** What there is to read steps with. */
export interface DraftContext {
  readonly defaults: StepDefaults
  readonly phrases: UserPhrases
  readonly phrasesAt: Path
  readonly sentences: SentenceContext
  /** Whether what no rule reads is left to an AI. */
  readonly hasAi: boolean
  readonly maxSteps: number
  readonly faults: Faults
}

/** Reads every step, sentences included, and gives each its id. */
export function readDrafts(
  posted: readonly unknown[],
  stepsAt: Path,
  context: DraftContext,
): Draft[] {
  const lines = expandLines(posted, stepsAt, context)
  const taken = takenIds(lines)
  const seen = new Set<string>()
  const lastOf = new Map<string, string>()
  const drafts = lines.map((line) => {
    const { value, at, usedBy, lineId } = line
    const faults = context.faults.usedBy(usedBy)
    const given = givenId(value)
    if (given !== undefined && seen.has(given)) {
      faults.add([...at, 'id'], 'DUPLICATE_STEP_ID', `another step is called "${given}" already`)
    }
    const id = given ?? freeId(line.id, taken)
    seen.add(id)
    if (lineId !== undefined) lastOf.set(lineId, id)
    const draft = readDraft(value, { ...context, ...line, id, faults })
    return usedBy === undefined ? draft : { ...draft, usedBy }
  })
  // Who depends on a line that is written out depends on its last step.
  const resolve = (name: string) => (seen.has(name) ? name : (lastOf.get(name) ?? name))
  if (lastOf.size === 0) return drafts
  return drafts.map((draft) => ({ ...draft, dependsOn: draft.dependsOn?.map(resolve) }))
}

/** Where a step stands, and what there is to read it with. */
interface Reading extends DraftContext, Line {}

function readDraft(value: unknown, reading: Reading): Draft {
  const { id, at, label, defaults, faults } = reading
  const { written, ...base } = readWritten(value, at, label, reading)
  const given = written?.['dependsOn']
  const dependencyAt = (place: number) => [
    ...at,
    'dependsOn',
    ...(typeof given === 'string' ? [] : [place]),
  ]
  if (written === undefined) return { ...base, id, at, dependsOn: undefined, dependencyAt }
  const parsed = parsedStepSchema.safeParse(
    typeof given === 'string' ? { ...written, dependsOn: [given] } : written,
  )
  if (!parsed.success) addIssues(parsed.error.issues, written, at, faults)
  const { undo } = written
  return {
    ...base,
    id,
    at,
    ...(parsed.success ? fillIn(parsed.data, base, defaults.get(parsed.data.uses)) : {}),
    dependsOn: parsed.success ? parsed.data.dependsOn : readableNames(given),
    dependencyAt,
    ...(undo === undefined ? {} : { undo: readUndo(undo, reading) }),
  }
}

function readUndo(value: unknown, reading: Reading): Draft {
  const { id, at: stepAt, label, defaults, faults } = reading
  const at = [...stepAt, 'undo']
  const { written, ...base } = readWritten(value, at, `undo of ${label}`, reading)
  const draft = { ...base, id, at, dependsOn: undefined, dependencyAt: () => at }
  if (written === undefined) return draft
  const parsed = undoSchema.safeParse(written)
  if (parsed.success) {
    const ofKind = defaults.get(parsed.data.uses)
    return { ...draft, ...fillIn(parsed.data, base, ofKind && forUndo(ofKind)) }
  }
  addIssues(parsed.error.issues, written, at, faults)
  return draft
}

/** What was written as an object or as a sentence; undefined when it is neither. */
function readWritten(value: unknown, at: Path, label: string, context: DraftContext) {
  const sentence = typeof value === 'string' ? value : undefined
  const written = sentence === undefined ? value : readLine(sentence, at, label, context)
  const { faults } = context
  if (written !== undefined && !isObject(written)) {
    faults.add(at, 'WRONG_TYPE', `expected a step or a sentence, got ${quote(written)}`)
  }
  return {
    written: isObject(written) ? written : undefined,
    ...(sentence === undefined ? {} : { text: sentence.trim() }),
    fieldAt: (field: string) => [...at, field],
    // Of a sentence the sentence itself.
    withAt: (path: Path) => (sentence === undefined ? [...at, 'with', ...path] : at),
  }
}

/** A step with what it says nothing about itself, and where each of its values stands. */
function fillIn<Parsed extends Omit<ParsedStep, 'undo'>>(
  parsed: Parsed,
  places: Places,
  defaults: Defaults | undefined,
) {
  if (defaults === undefined) return { step: withInput(parsed) }
  const step = withInput(withDefaults(parsed, defaults))
  return { step, ...placesWith(parsed, places, defaults) }
}

function withInput<Parsed extends { with?: unknown }>(parsed: Parsed) {
  return { ...parsed, with: (parsed.with ?? {}) as JsonObject }
}

/** A sentence as the structured step it stands for; undefined when it cannot be read. */
function readLine(
  sentence: string,
  at: Path,
  label: string,
  { sentences, hasAi, faults }: DraftContext,
): unknown {
  if (sentence.length > MAX_SENTENCE_CHARS) {
    faults.add(
      at,
      'STRING_TOO_LONG',
      `${label}: a sentence may have ${MAX_SENTENCE_CHARS} characters, not ${sentence.length}`,
    )
    return undefined
  }
  const reading = readSentence(sentence, sentences)
  if (isComplaint(reading)) {
    const isLeftToAi = hasAi && reading.code === 'UNREADABLE_SENTENCE' && /\p{L}/u.test(sentence)
    if (isLeftToAi) return { uses: 'ai', with: { goal: sentence.trim() } }
    faults.add(at, reading.code, `${label}: ${reading.message}`)
    return undefined
  }
  // A JSON body inside the sentence has not been looked at yet.
  const inside = new Faults()
  checkSanity(reading.with, [], inside)
  for (const { code, message } of inside.all) faults.add(at, code, `${label}: ${message}`)
  return inside.count === 0 ? reading : undefined
}

function givenId(value: unknown): string | undefined {
  if (!isObject(value)) return undefined
  const { id } = value
  return typeof id === 'string' && stepIdPattern.test(id) ? id : undefined
}

function takenIds(lines: readonly Line[]): Set<string> {
  return new Set(lines.flatMap(({ value }) => givenId(value) ?? []))
}

/** `step3` for the third step, unless a step further on or back is called that. */
function freeId(wanted: string, taken: Set<string>): string {
  let id = wanted
  for (let suffix = 2; taken.has(id); suffix++) id = `${wanted}_${suffix}`
  taken.add(id)
  return id
}

function readableNames(dependsOn: unknown): readonly string[] | undefined {
  const names = typeof dependsOn === 'string' ? [dependsOn] : dependsOn
  return Array.isArray(names) && names.every((name) => typeof name === 'string') ? names : undefined
}
