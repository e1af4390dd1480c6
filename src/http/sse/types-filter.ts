import { StepstreamError } from '../../errors.ts'
import { type EventType, eventData, finalEventTypes } from '../../session/events.ts'

/** The types a stream shows; final ones are always among them. */
export type TypesFilter = ReadonlySet<string>

const MAX_PATTERNS = 25
const knownTypes = Object.keys(eventData) as EventType[]

/**
 * Reads `?types=step.*,session.completed`: types by name, or all of a family; `-step.output` leaves out what it
 * names of these, or of all where nothing else is named. Undefined when the parameter is absent.
 * @throws StepstreamError INVALID_QUERY naming what is unknown or malformed
 */
export function parseTypesFilter(value: unknown): TypesFilter | undefined {
  if (value === undefined) return undefined
  const patterns = [value].flat().flatMap((part) => String(part).split(','))
  if (patterns.length > MAX_PATTERNS) {
    throw refuse(`names ${patterns.length} types; at most ${MAX_PATTERNS} are allowed`)
  }
  const trimmed = patterns.map((pattern) => pattern.trim())
  const named = trimmed.filter((pattern) => !pattern.startsWith('-')).flatMap(expand)
  const hidden = trimmed
    .filter((pattern) => pattern.startsWith('-'))
    .flatMap((pattern) => expand(pattern.slice(1)))
  const shown = trimmed.length > 0 && named.length === 0 ? knownTypes : named
  return new Set([...shown.filter((type) => !hidden.includes(type)), ...finalEventTypes])
}

function expand(pattern: string): readonly EventType[] {
  const matching = pattern.endsWith('.*')
    ? knownTypes.filter((type) => type.startsWith(pattern.slice(0, -1)))
    : knownTypes.filter((type) => type === pattern)
  if (matching.length === 0) throw refuse(`has ${quote(pattern)}, which is no type of event`)
  return matching
}

function refuse(what: string): StepstreamError {
  return new StepstreamError('INVALID_QUERY', `The query parameter "types" ${what}.`)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 64))
}
