import { expect } from 'vitest'

const WARNING = 40
const ERROR = 50

/** What processes have written: lines of the log, none of which tells of an error, and nothing else. */
export function checkOutput(outputs: readonly string[]): void {
  const lines = outputs.flatMap((output) => output.split('\n')).filter((line) => line !== '')
  const foreign = lines.filter((line) => !line.startsWith('{'))
  expect(foreign, 'what was written beside the log').toEqual([])
  const errors = lines.filter((line) => levelOf(line) >= ERROR)
  expect(errors, 'errors in the log').toEqual([])
}

/** How often each warning was written. */
export function warningsOf(outputs: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const line of outputs.flatMap((output) => output.split('\n'))) {
    // A process that is killed may leave its last line unfinished.
    if (levelOf(line) < WARNING || !line.endsWith('}')) continue
    const { msg, err } = JSON.parse(line) as { msg: string; err?: { message: string } }
    const name = err === undefined ? msg : `${msg}: ${err.message}`
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function levelOf(line: string): number {
  return Number(/^\{"level":(\d+)/.exec(line)?.[1] ?? 0)
}
