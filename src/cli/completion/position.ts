import type { Argument, Command, Option } from 'commander'
import type { Define } from '../complete.ts'

/** Where on the command line something is to be typed. */
export interface Position {
  readonly command: Command
  /** What is typed of it already. */
  readonly typed: string
  /** The option whose value it is, if it is one. */
  readonly option: Option | undefined
  /** What stands before it in the same word: `--name=`. */
  readonly before: string
  /** The argument that is next; absent where there is none, or a subcommand is to be named. */
  readonly argument: Argument | undefined
  /** What was given before it. */
  readonly operands: readonly string[]
  /** The options that were given, by their names, with their last values. */
  readonly given: ReadonlyMap<string, string>
  /** Behind `--` there are no options. */
  readonly isOperand: boolean
}

/** Reads the words of a command line up to the last, which is being typed. */
export async function findPosition(
  program: Command,
  words: readonly string[],
  define: Define,
): Promise<Position> {
  let command = program
  let operands: string[] = []
  let open: Option | undefined
  let isOperand = false
  const given = new Map<string, string>()
  for (const word of words.slice(0, -1)) {
    if (open !== undefined && !(open.optional && word.startsWith('-'))) {
      given.set(open.attributeName(), word)
      open = undefined
    } else if (!isOperand && word === '--') {
      isOperand = true
    } else if (!isOperand && word.startsWith('-') && word !== '-') {
      const [flag = '', value] = splitFlag(word)
      const option = optionOf(command, flag)
      if (option !== undefined) given.set(option.attributeName(), value ?? '')
      open = value === undefined && option && takesValue(option) ? option : undefined
    } else {
      const sub = operands.length === 0 ? subcommandOf(command, word) : undefined
      if (sub === undefined) operands.push(word)
      else {
        await define(sub)
        command = sub
        operands = []
      }
    }
  }
  const last = words.at(-1) ?? ''
  const [flag = '', value] = splitFlag(last)
  const inOne = !isOperand && value !== undefined ? optionOf(command, flag) : undefined
  return {
    command,
    typed: inOne === undefined ? last : (value ?? ''),
    option: open ?? inOne,
    before: inOne === undefined ? '' : `${flag}=`,
    argument: argumentAt(command, operands.length),
    operands,
    given,
    isOperand,
  }
}

function subcommandOf(command: Command, word: string): Command | undefined {
  return command.commands.find((each) => each.name() === word || each.aliases().includes(word))
}

function splitFlag(word: string): [flag: string, value?: string] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)]
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short)
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const known = command.registeredArguments
  const last = known.at(-1)
  return known[index] ?? (last?.variadic ? last : undefined)
}
