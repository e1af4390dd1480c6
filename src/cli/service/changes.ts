import type { Command } from 'commander'
import type { components } from '../../client/index.ts'
import { readPair } from './arguments.ts'
import { readValue } from './read-document.ts'

type Changes = components['schemas']['RetryRequest']

export interface ChangeOptions {
  readonly input?: Readonly<Record<string, string>>
  readonly inputs?: string
  readonly change?: Readonly<Record<string, string>>
}

/** Gives a subcommand that runs a session again what may be another than before. */
export function addChangeOptions(command: Command): Command {
  return command
    .option('-i, --input <name=value>', 'another value of an input: JSON, else a text', readPair)
    .option('--inputs <json>', 'other values of inputs as a JSON object; @file reads them')
    .option(
      '--change <step=json>',
      'what replaces the fields of a step, as {"timeout":"1m"}; @file reads it',
      readPair,
    )
}

/** What is to be another than before, as the API takes it. Ends the process where it cannot be read. */
export async function changesOf(
  command: Command,
  { input = {}, inputs, change }: ChangeOptions,
): Promise<Changes> {
  const given = inputs === undefined ? {} : await readObject(command, '--inputs', inputs)
  const values = { ...given, ...inputValues(input) }
  const steps: Record<string, unknown> = {}
  for (const [step, json] of Object.entries(change ?? {})) {
    steps[step] = await readObject(command, '--change', json)
  }
  return {
    ...(Object.keys(values).length === 0 ? {} : { inputs: values }),
    // The service looks at what is in them.
    ...(change === undefined ? {} : { steps: steps as NonNullable<Changes['steps']> }),
  }
}

/** A number, a list or whatever else is JSON; what is not is a text. */
export function inputValues(pairs: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(pairs).map(([name, text]) => {
      try {
        return [name, JSON.parse(text)]
      } catch {
        return [name, text]
      }
    }),
  )
}

async function readObject(
  command: Command,
  option: string,
  text: string,
): Promise<Record<string, unknown>> {
  const value = await readValue(command, text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>
  }
  return command.error(`error: ${option} takes a JSON object`)
}
