import type { Command } from 'commander'
import { createStepstream, type Stepstream } from '../../client/index.ts'
import { keyOf, keyOption, urlOption } from './options.ts'
import { tellFault } from './tell-fault.ts'

/** What a subcommand that calls a service is given. */
export interface Call<Options> {
  readonly service: Stepstream
  /** Where the service is, without a slash at its end. */
  readonly url: string
  readonly options: Options
}

/** Gives a subcommand `--url` and `--key`, from the environment where they are not given. */
export function addServiceOptions(command: Command): Command {
  return command.addOption(urlOption()).addOption(keyOption('a key of the service'))
}

/**
 * Runs what a subcommand does with the service that its options name. What goes wrong on the way is told
 * on standard error, with what to do about it, and is the exit code: see {@link tellFault}.
 */
export async function calling<Options>(
  command: Command,
  run: (call: Call<Options>) => Promise<void>,
): Promise<void> {
  const { url } = command.opts<{ url: string }>()
  const key = keyOf(command)
  const service = createStepstream({ baseUrl: url, ...(key === undefined ? {} : { key }) })
  try {
    await run({ service, url, options: command.opts() as Options })
  } catch (error) {
    process.exitCode = tellFault(error, url)
  }
}
