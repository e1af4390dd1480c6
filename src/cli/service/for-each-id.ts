import { text } from 'node:stream/consumers'
import type { Command } from 'commander'
import { ProblemError } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import { jsonText } from '../output/json-text.ts'
import type { Output } from '../output/output.ts'
import { resultLine } from '../output/print-one.ts'
import { readId } from './arguments.ts'
import { exitCodes, tellProblem } from './tell-fault.ts'

interface Asked {
  readonly command: Command
  readonly ids: readonly string[]
  readonly output: Output
}

interface Each<Result> {
  run(id: string): Promise<Result>
  /** What `--quiet` writes. */
  idOf(result: Result): string
  /** What has become of it, in a word, and what else there is to say. */
  aboutOf(result: Result, id: string): readonly string[]
}

/**
 * Does the same with each of several, one after the other, and writes what came of each when it has. One
 * that is refused is told on standard error and keeps none of the others from its turn; the program
 * exits with 1 then. As JSON: an array, in which `error` is the problem.
 */
export async function forEachId<Result>(
  { command, ids, output }: Asked,
  { run, idOf, aboutOf }: Each<Result>,
): Promise<void> {
  const results: unknown[] = []
  for (const id of await readIds(command, ids)) {
    try {
      const result = await run(id)
      results.push(result)
      if (output.form !== 'json') {
        const line = { id: idOf(result), about: aboutOf(result, id) }
        output.write(`${resultLine(output, line)}\n`)
      }
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error
      results.push({ id, error: error.problem ?? { status: error.status, detail: error.message } })
      const code = tellProblem(error, `${oneLine(id)}: `)
      // Of several, each may be wrong in its own way.
      process.exitCode = ids.length === 1 && ids[0] !== '-' ? code : exitCodes.failed
    }
  }
  if (output.form === 'json') output.write(`${jsonText(results)}\n`)
}

/** `-` stands for the first words of the lines of standard input: of what `ls` writes, the ids. */
async function readIds(command: Command, given: readonly string[]): Promise<string[]> {
  const read = given.includes('-') ? firstWords(await text(process.stdin)) : []
  const ids = given.flatMap((id) => (id === '-' ? read : [id]))
  try {
    return [...new Set(ids.map(readId))]
  } catch (error) {
    return command.error(`error: ${(error as Error).message}`)
  }
}

function firstWords(lines: string): string[] {
  return lines.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
}
