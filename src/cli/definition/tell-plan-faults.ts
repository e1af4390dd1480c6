import { ProblemError } from '../../client/index.ts'
import { exitCodes } from '../service/tell-fault.ts'
import { malformationOf, type Place, placeOf } from './place-of.ts'
import type { Definition } from './read-definition.ts'
import type { StartBody } from './start-body.ts'

/** A definition, and the body that was made of it. */
export interface Posted {
  readonly definition: Definition
  readonly body: Pick<StartBody, 'prefix'>
}

/**
 * Tells the faults of a definition with their places in its file.
 * @returns what the program is to exit with; undefined: the refusal is about something else
 */
export function tellPlanFaults(error: unknown, { definition, body }: Posted): number | undefined {
  if (!(error instanceof ProblemError) || error.problem === undefined) return undefined
  const { code, detail, faults = [] } = error.problem
  if (code === 'MALFORMED_YAML' || code === 'MALFORMED_JSON') {
    return tellMalformed(definition, detail)
  }
  if (faults.length === 0) return undefined
  // In the order of the file, as its reader goes through it.
  const placed = faults.map((fault) => ({
    ...fault,
    at: placeOf(definition, fault.pointer.slice(body.prefix.length)),
  }))
  placed.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  for (const { pointer, message } of placed) tellAt(definition, body, pointer, message)
  return exitCodes.noResult
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

/** One line that editors and CI systems find their way by: `FILE:line:column: message`. */
export function tellAt(
  definition: Definition,
  { prefix }: Pick<StartBody, 'prefix'>,
  pointer: string,
  message: string,
): void {
  // What was said on the command line stands beside what is in the file.
  const isOfFile = prefix === '' || pointer === prefix || pointer.startsWith(`${prefix}/`)
  if (!isOfFile) process.stderr.write(`${pointer.slice(1)}: ${message}\n`)
  else write(definition, placeOf(definition, pointer.slice(prefix.length)), message)
}

function write({ name }: Definition, { line, column }: Place, message: string): void {
  process.stderr.write(`${name}:${line}:${column}: ${message}\n`)
}
