import { ProblemError } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import { exitCodes, tell } from '../service/tell-fault.ts'
import { tellNote } from '../tell-note.ts'
import { malformationOf, type Place, placesIn } from './place-of.ts'
import type { Definition } from './read-definition.ts'
import type { StartBody } from './start-body.ts'
import type { Start } from './start-options.ts'

/** A message names what was written, which may be long. */
const LONGEST = 2000

/** A definition, and the body that was made of it. */
export interface Posted {
  readonly definition: Definition
  readonly body: Pick<StartBody, 'prefix'>
}

/** What is to be said about a part of a body. */
interface Remark {
  readonly pointer: string
  readonly message: string
}

/**
 * Tells the faults of a definition with their places in its file.
 * @returns what the program is to exit with; undefined: the refusal is about something else
 */
export function tellPlanFaults(error: unknown, posted: Posted): number | undefined {
  if (!(error instanceof ProblemError) || error.problem === undefined) return undefined
  const { code, detail, faults = [] } = error.problem
  if (code === 'MALFORMED_YAML' || code === 'MALFORMED_JSON') {
    return tellMalformed(posted.definition, detail)
  }
  if (faults.length === 0) return undefined
  tellAll(posted, faults)
  return exitCodes.noResult
}

/** Tells warnings with their places, as faults are told; those of what is saved with the service have none. */
export function tellWarnings(
  { definition, body }: Pick<Start, 'definition' | 'body'>,
  warnings: readonly Remark[],
): void {
  const told = warnings.map(({ pointer, message }) => ({
    pointer,
    message: `warning: ${message}`,
  }))
  if (definition === undefined) for (const { message } of told) tellNote(oneLine(message, LONGEST))
  else tellAll({ definition, body }, told)
}

/** Tells of what cannot be read as YAML or JSON at all. */
export function tellMalformed(definition: Definition, message: string): number {
  const {
    line,
    column,
    message: reason,
  } = malformationOf(definition) ?? { line: 1, column: 1, message }
  write(definition, { line, column }, reason)
  return exitCodes.noResult
}

/** In the order of the file, as its reader goes through it. */
function tellAll({ definition, body: { prefix } }: Posted, remarks: readonly Remark[]): void {
  const find = placesIn(definition)
  const isOfFile = ({ pointer }: Remark) =>
    prefix === '' || pointer === prefix || pointer.startsWith(`${prefix}/`)
  const placed = remarks
    .filter(isOfFile)
    .map(({ pointer, message }) => ({ place: find(pointer.slice(prefix.length)), message }))
    .toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
  for (const { place, message } of placed) write(definition, place, message)
  // What was said on the command line stands beside what is in the file.
  for (const remark of remarks) {
    if (!isOfFile(remark)) tell(oneLine(`${remark.pointer.slice(1)}: ${remark.message}`, LONGEST))
  }
}

/** One line that editors and CI systems find their way by: `FILE:line:column: message`. */
function write({ name }: Definition, { line, column }: Place, message: string): void {
  tell(`${name}:${line}:${column}: ${oneLine(message, LONGEST)}`)
}
