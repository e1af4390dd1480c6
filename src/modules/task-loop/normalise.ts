import { StepstreamError } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import type { AttemptOutcome } from '../../session/commands.ts'
import type { Outcome } from '../executors/types.ts'

/** Larger values become artifacts: an event carries no more. */
export const MAX_INLINE_BYTES = 65_536

/** How much of a message or a preview an event carries. */
const MAX_TEXT_CHARS = 2000

export interface NormaliseOptions {
  readonly stopped: 'timeout' | 'cancelled' | 'shutdown' | undefined
  readonly timeoutMs: number
  readonly maskText: (text: string) => string
  readonly mask: (value: Json) => Json
  /** Puts a large value aside and returns what stands for it. */
  readonly setAside: (json: string) => Promise<Json>
}

/** Turns whatever an executor returned or threw into an outcome the core accepts. */
export async function normalise(
  result: Outcome,
  options: NormaliseOptions,
): Promise<AttemptOutcome> {
  switch (result.status) {
    case 'succeeded':
      return {
        status: 'succeeded',
        ...(await outputOf(result.output, options)),
        ...(result.branch === undefined ? {} : { branch: result.branch }),
      }
    case 'waiting':
      return {
        status: 'waiting',
        until: result.until,
        ...(await outputOf(result.output, options)),
      }
    case 'failed':
    case 'error':
      return stoppedOutcome(options, result.details) ?? failure(result, options)
    case 'aborted':
      return (
        stoppedOutcome(options, result.details) ?? {
          status: 'error',
          code: 'EXECUTOR_FAILED',
          message: 'the executor stopped by itself without a result',
          retryable: false,
        }
      )
    default:
      return {
        status: 'error',
        code: 'EXECUTOR_FAILED',
        message: `the executor returned no outcome it may return (${String((result as { status?: unknown } | undefined)?.status)}); it must be succeeded, failed, error, waiting or aborted`,
        retryable: false,
      }
  }
}

/** A throw is an `error`; only one of our own says whether it may be retried. */
export function thrownOutcome(error: unknown): Outcome {
  if (error instanceof StepstreamError) {
    const { code, message } = error
    return { status: 'error', code, message, retryable: false }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { status: 'error', code: 'EXECUTOR_FAILED', message, retryable: false }
}

/** What an attempt that was told to stop ended in, whatever it said itself. */
function stoppedOutcome(
  options: NormaliseOptions,
  details: JsonObject | undefined,
): AttemptOutcome | undefined {
  switch (options.stopped) {
    case undefined:
      return undefined
    case 'cancelled':
      return { status: 'cancelled', ...(details === undefined ? {} : { details }) }
    case 'shutdown':
      return { status: 'interrupted' }
    case 'timeout':
      return {
        status: 'error',
        code: 'STEP_TIMEOUT',
        message: `the attempt did not end within its timeout of ${options.timeoutMs} ms`,
        retryable: true,
        ...(details === undefined ? {} : { details }),
      }
  }
}

function failure(
  result: Extract<Outcome, { status: 'failed' | 'error' }>,
  options: NormaliseOptions,
): AttemptOutcome {
  const { status, code, retryable, retryAfterMs, details } = result
  return {
    status,
    code,
    message: clip(options.maskText(result.message)),
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(details === undefined ? {} : { details: fitting(options.mask(details) as JsonObject) }),
  }
}

async function outputOf(
  output: Json | undefined,
  options: NormaliseOptions,
): Promise<{ output?: Json }> {
  if (output === undefined) return {}
  const json = JSON.stringify(options.mask(output))
  // A value that JSON cannot carry (a function, a symbol) comes to nothing.
  if (json === undefined) return {}
  if (json.length > MAX_INLINE_BYTES || Buffer.byteLength(json) > MAX_INLINE_BYTES) {
    return { output: await options.setAside(json) }
  }
  // Parsed back, so that the state holds what the log holds and nobody can change it afterwards.
  return { output: JSON.parse(json) as Json }
}

/** Details are a help, not a payload: too many of them give way to a preview. */
function fitting(details: JsonObject): JsonObject {
  const json = JSON.stringify(details)
  return json.length <= MAX_INLINE_BYTES / 4 ? details : { preview: clip(json) }
}

export function clip(text: string): string {
  return text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS)}…`
}
