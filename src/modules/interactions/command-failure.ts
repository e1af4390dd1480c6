import type { ErrorCode } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { Outcome } from '../executors/types.ts'
import type { GivenAnswer } from './types.ts'

/** What a worker may report of a command, and what that means where the service runs one itself. */
const failures: Readonly<
  Partial<Record<ErrorCode, { readonly status: 'failed' | 'error'; readonly retryable: boolean }>>
> = {
  COMMAND_EXITED: { status: 'failed', retryable: true },
  COMMAND_KILLED: { status: 'error', retryable: false },
  COMMAND_NOT_FOUND: { status: 'error', retryable: false },
  COMMAND_NOT_ALLOWED: { status: 'error', retryable: false },
  INVALID_STEP_INPUT: { status: 'error', retryable: false },
  // The machine is short of something for now.
  EXECUTOR_FAILED: { status: 'error', retryable: true },
}

/** The outcome of a command that ran elsewhere and failed; undefined where its code says nothing of that. */
export function commandFailure({ error, output }: GivenAnswer): Outcome | undefined {
  const code = error?.code as ErrorCode | undefined
  const failure = code === undefined ? undefined : failures[code]
  if (error === undefined || code === undefined || failure === undefined) return undefined
  return {
    ...failure,
    code,
    message: error.message,
    ...(isObject(output) ? { details: output } : {}),
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
