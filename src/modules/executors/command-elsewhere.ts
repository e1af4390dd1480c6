import type { JsonObject } from '../../json.ts'
import type { Interactions } from '../interactions/types.ts'
import type { CommandInput } from './command-input.ts'
import type { ExecutorContext, Outcome } from './types.ts'

/** A command without where it is run. */
export type LocalCommand = Omit<CommandInput, 'on'>

export interface ElsewhereOptions {
  /** How commands are given to workers. @default none can be */
  readonly interactions?: Pick<Interactions, 'ask'>
  /** How much of what an attempt writes is kept in its output. */
  readonly outputLimitBytes: number
}

/** Whether a worker runs it. */
export function isElsewhere({ on }: JsonObject): boolean {
  return on !== undefined
}

/** The output of a command is the same wherever it runs. */
const outputSchema: JsonObject = {
  type: 'object',
  properties: {
    exitCode: { type: 'integer' },
    stdout: { type: 'string' },
    stderr: { type: 'string' },
    truncated: { type: 'boolean' },
  },
  required: ['exitCode', 'stdout', 'stderr', 'truncated'],
  additionalProperties: false,
}

/** Has a worker of a queue run a command, and waits for what it comes to. */
export async function askWorker(
  { run, cwd, env, stdin, okExitCodes }: LocalCommand,
  queue: string,
  context: ExecutorContext,
  { interactions, outputLimitBytes }: ElsewhereOptions,
): Promise<Outcome> {
  if (interactions === undefined) throw new Error('there is nobody to ask here')
  const command = {
    run,
    ...(cwd === undefined ? {} : { cwd }),
    env,
    ...(stdin === undefined ? {} : { stdin }),
    okExitCodes,
    outputLimitBytes,
  }
  return interactions.ask({ kind: 'worker', queue, command, resultSchema: outputSchema }, context)
}
