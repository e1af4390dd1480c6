import type { Command, Option } from 'commander'
import { sessionStatuses } from '../../session/status.ts'
import { liveValues } from './live-values.ts'
import type { Position } from './position.ts'
import { FILES } from './scripts.ts'

/** Something that could be typed, and what it is. */
export interface Candidate {
  readonly word: string
  readonly about: string
}

/** What could be typed at a position, of what begins as what is typed already. */
export async function candidatesFor(position: Position): Promise<Candidate[]> {
  const { typed, option } = position
  if (option !== undefined) {
    const values = await valuesOf(position, option.argChoices, nameOf(option), option.flags)
    return matching(values, typed, position.before)
  }
  if (typed.startsWith('-') && !position.isOperand) return matching(flags(position), typed)
  const { command, argument } = position
  if (argument === undefined) return matching(subcommands(command), typed)
  const name = argument.name()
  return matching(await valuesOf(position, argument.argChoices, name, `<${name}>`), typed)
}

async function valuesOf(
  position: Position,
  choices: readonly string[] | undefined,
  name: string,
  flags: string,
): Promise<Candidate[]> {
  if (choices !== undefined) return choices.map((word) => ({ word, about: '' }))
  if (name === 'status') return sessionStatuses.map((word) => ({ word, about: '' }))
  if (/[<[](file|folder|dir\w*|path)[>\]]/.test(flags)) return [{ word: FILES, about: '' }]
  const before = new Set(position.operands)
  const live = await liveValues(position, name)
  return live.filter(({ word }) => !before.has(word))
}

/** An option is called by what it names: `--from` and `--to-step` name steps. */
function nameOf(option: Option): string {
  const name = option.attributeName()
  if (name === 'from' || name === 'toStep') return 'step'
  return name === 'parent' ? 'session' : name
}

function subcommands(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ word: each.name(), about: each.description() }))
}

function flags({ command, given }: Position): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => !given.has(option.attributeName()) || isRepeatable(option))
    .flatMap(({ long, short, description }) => {
      const word = long ?? short
      return word == null ? [] : [{ word, about: description }]
    })
}

/** Those whose parser collects what it is given. */
function isRepeatable({ variadic, parseArg }: Option): boolean {
  return variadic || (parseArg?.length ?? 0) > 1
}

function matching(found: readonly Candidate[], typed: string, before = ''): Candidate[] {
  return found
    .filter(({ word }) => word === FILES || word.startsWith(typed))
    .map(({ word, about }) => (word === FILES ? { word, about } : { word: before + word, about }))
}
