import type { Command } from 'commander'
import { oneLine } from '../session/line-text.ts'
import { candidatesFor } from './completion/candidates.ts'
import { findPosition } from './completion/position.ts'

/** Gives a subcommand its options and arguments, which it has only once it is asked for. */
export type Define = (command: Command) => Promise<void>

/** `stepstream complete`: what the scripts of the shells ask; it says nothing rather than something wrong. */
export function completing(define: Define): (command: Command) => void {
  return (command) => {
    command.argument('[words...]').action(async (words: string[]) => {
      const program = command.parent
      if (program === null) return
      const position = await findPosition(program, words, define)
      const found = await candidatesFor(position)
      for (const { word, about } of found) {
        process.stdout.write(
          `${[word, about]
            .map((part) => oneLine(part))
            .join('\t')
            .trimEnd()}\n`,
        )
      }
    })
  }
}
