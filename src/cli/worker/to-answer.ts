import { z } from 'zod'
import { workerCommand } from '../../modules/executors/command-input.ts'
import type { Outcome } from '../../modules/executors/types.ts'
import type { Answer } from './service-api.ts'

const MAX_MESSAGE_CHARS = 10_000

/** How much of each stream is left where all of it was too much for the service. */
const CUT_CHARS = 32_768

/** What is to be run, or why it cannot be. */
export function readCommand(command: unknown): z.output<typeof workerCommand> | Answer {
  const isCommand = typeof command === 'object' && command !== null && 'run' in command
  if (!isCommand || !Array.isArray(command.run)) {
    return failure(
      'UNSUPPORTED_COMMAND',
      'this worker runs programs: it needs a command of the form { "run": ["program", "argument"] }',
    )
  }
  const parsed = workerCommand.safeParse(command)
  if (parsed.success) return parsed.data
  return failure('INVALID_STEP_INPUT', z.prettifyError(parsed.error))
}

/** What a run came to, as the service takes it; undefined where it was stopped. */
export function toAnswer(outcome: Outcome): Answer | undefined {
  switch (outcome.status) {
    case 'succeeded':
      return { status: 'ok', output: outcome.output }
    case 'failed':
    case 'error':
      return {
        ...failure(outcome.code, outcome.message),
        ...(outcome.details === undefined ? {} : { output: outcome.details }),
      }
    case 'aborted':
      return undefined
    default:
      return failure('EXECUTOR_FAILED', `a command cannot end as ${outcome.status}`)
  }
}

export function failure(code: string, message: string): Answer {
  return { status: 'error', error: { code, message: message.slice(0, MAX_MESSAGE_CHARS) } }
}

/** The same answer with less of the output, for a service that takes no more. */
export function cutShort(answer: Answer): Answer {
  const { output } = answer
  if (typeof output !== 'object' || output === null) return answer
  const cut = Object.entries(output).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.slice(0, CUT_CHARS).toWellFormed() : value,
  ])
  return { ...answer, output: { ...Object.fromEntries(cut), truncated: true } }
}
