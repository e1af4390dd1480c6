import { oneLine } from '../../session/line-text.ts'
import type { Output } from './output.ts'
import { printJson } from './print-list.ts'
import { paintStatus } from './status-style.ts'

/** What came of something that was asked for. */
export interface Result {
  /** As the API has it. */
  readonly json: unknown
  readonly id: string
  /** Behind the id: what has become of it, in a word, and what else there is to say. */
  readonly about: readonly (string | number | null)[]
}

/** Writes a result in the form that is asked for. */
export function printOne(output: Output, result: Result): void {
  if (output.form === 'json') printJson(output, result.json)
  else output.write(`${resultLine(output, result)}\n`)
}

/** A result on one line: with tabs for programs, with its status in colour for people. */
export function resultLine(output: Output, { id, about }: Omit<Result, 'json'>): string {
  const fields = about.map((field) => oneLine(String(field ?? '')) || '-')
  if (output.form === 'quiet') return oneLine(id)
  if (output.form === 'lines') return [oneLine(id), ...fields].join('\t')
  const painted = fields.map((field) => paintStatus(output.paint, field))
  return [oneLine(id), ...painted].join('  ')
}
