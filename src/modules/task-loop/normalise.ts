import { type ErrorCode, errors } from '../../errors.ts'
import type { Json, JsonObject } from '../../json.ts'
import { MAX_INLINE_BYTES } from '../../session/artifact-ref.ts'
import type { AttemptOutcome } from '../../session/commands.ts'
import { type InteractionRequest, interactionSchema } from '../../session/events.ts'
import type { AbortReason, Outcome } from '../executors/types.ts'
import { causesOf, clip } from './thrown.ts'

/** What a date can hold. Source: ECMA-262, time values. */
const MAX_TIME_MS = 8.64e15

export interface NormaliseOptions {
  readonly stopped: AbortReason | undefined
  readonly timeoutMs: number
  /** When the attempt's timeout strikes, ms since the epoch; undefined: whom it waits for has no limit. */
  readonly deadline: number | undefined
  readonly idleMs: number | undefined
  readonly maskText: (text: string) => string
  /** The same value when there is nothing to mask. */
  readonly mask: (value: Json) => Json
  /** Puts a large value aside and returns what stands for it. */
  readonly setAside: (json: string) => Promise<Json>
}

type FailedOutcome = Extract<Outcome, { status: 'failed' | 'error' }>

/**
 * Turns whatever an executor returned or threw into an outcome the core accepts. What comes from
 * foreign code is believed in nothing: not its shape, not its codes, not its times.
 */
export async function normalise(
  result: Outcome,
  options: NormaliseOptions,
): Promise<AttemptOutcome> {
  switch (result?.status) {
    case 'succeeded':
      if (!isBranch(result.branch)) return refused('a branch that is neither then nor else')
      return {
        status: 'succeeded',
        ...(await outputOf(result.output, options)),
        ...(result.branch === undefined ? {} : { branch: result.branch }),
      }
    case 'waiting':
      if (result.awaits !== undefined) return awaiting(result, options)
      if (!isTime(result.until)) return refused('a time to wait until that is no time')
      return {
        status: 'waiting',
        until: result.until,
        ...(await outputOf(result.output, options)),
      }
    case 'failed':
    case 'error':
      return stoppedOutcome(options, result.details) ?? failure(result, options)
    case 'aborted':
      return stoppedOutcome(options, result.details) ?? refused('nothing: it stopped by itself')
    default:
      return refused('no outcome: it must be succeeded, failed, error, waiting or aborted')
  }
}

/** Whoever is waited for has as long as the attempt itself would have had. */
async function awaiting(
  { until, output, awaits, interaction }: Extract<Outcome, { status: 'waiting' }>,
  options: NormaliseOptions,
): Promise<AttemptOutcome> {
  const { kind, id } = awaits ?? {}
  const asked = kind === 'interaction' ? await requestOf(interaction, options) : undefined
  if (typeof id !== 'string' || (kind !== 'session' && asked === undefined)) {
    return refused('somebody to wait for who cannot be waited for')
  }
  const { deadline = Number.POSITIVE_INFINITY } = options
  const latest = isTime(until) ? Math.min(until, deadline) : deadline
  return {
    status: 'waiting',
    ...(Number.isFinite(latest) ? { until: latest } : {}),
    awaits: { kind: asked === undefined ? 'session' : 'interaction', id },
    ...(asked === undefined ? {} : { interaction: asked }),
    ...(await outputOf(output, options)),
  }
}

/** What somebody outside is asked for, as the log keeps it. */
async function requestOf(
  given: unknown,
  options: NormaliseOptions,
): Promise<InteractionRequest | undefined> {
  const parsed = interactionSchema.safeParse(given)
  if (!parsed.success) return undefined
  const { command, ...request } = parsed.data
  const { output: kept } = await outputOf(command, options)
  return kept === undefined ? request : { ...request, command: kept }
}

function refused(what: string): AttemptOutcome {
  const message = `the executor returned ${what}`
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
      return { status: 'cancelled', ...detailsOf(details, options) }
    case 'shutdown':
      return { status: 'interrupted' }
    case 'idle':
      return {
        status: 'error',
        code: 'STEP_IDLE',
        message: `the attempt told nothing for ${options.idleMs} ms`,
        retryable: true,
        ...detailsOf(details, options),
      }
    case 'timeout':
      return {
        status: 'error',
        code: 'STEP_TIMEOUT',
        message: `the attempt did not end within its timeout of ${options.timeoutMs} ms`,
        retryable: true,
        ...detailsOf(details, options),
      }
  }
}

function failure(result: FailedOutcome, options: NormaliseOptions): AttemptOutcome {
  const { status, retryable, retryAfterMs, details } = result
  return {
    status,
    ...reasonOf(result, options),
    retryable: retryable === true,
    ...(result.escalate === true ? { escalate: true as const } : {}),
    ...(isDelay(retryAfterMs) ? { retryAfterMs } : {}),
    ...causesOf(result.cause, options.maskText),
    ...detailsOf(details, options),
  }
}

/** A code that the table does not have becomes part of the message. */
function reasonOf(
  { code, message }: FailedOutcome,
  { maskText }: NormaliseOptions,
): { code: ErrorCode; message: string } {
  const text = clip(maskText(String(message)))
  if (Object.hasOwn(errors, code)) return { code, message: text }
  return { code: 'EXECUTOR_FAILED', message: clip(maskText(`${String(code)}: ${text}`)) }
}

async function outputOf(
  output: Json | undefined,
  options: NormaliseOptions,
): Promise<{ output?: Json }> {
  const kept = jsonOf(output, options)
  if (kept === undefined) return {}
  const { json, value } = kept
  if (json.length > MAX_INLINE_BYTES || Buffer.byteLength(json) > MAX_INLINE_BYTES) {
    return { output: await options.setAside(json) }
  }
  return { output: value }
}

/** Details are a help, not a payload: too many of them give way to a preview. */
function detailsOf(
  details: JsonObject | undefined,
  options: NormaliseOptions,
): { details?: JsonObject } {
  const kept = jsonOf(details, options)
  if (kept === undefined) return {}
  const { json, value } = kept
  const fits = json.length <= MAX_INLINE_BYTES / 4 && isObject(value)
  return { details: fits ? value : { preview: clip(json) } }
}

/**
 * A value as JSON carries it, without secrets; undefined for what comes to nothing in JSON, such as
 * a function. Parsed back, so that the state holds what the log holds and nobody changes it later.
 */
function jsonOf(
  given: Json | undefined,
  options: NormaliseOptions,
): { json: string; value: Json } | undefined {
  const json = given === undefined ? undefined : JSON.stringify(given)
  if (json === undefined) return undefined
  const value = JSON.parse(json) as Json
  const masked = options.mask(value)
  return masked === value ? { json, value } : { json: JSON.stringify(masked), value: masked }
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBranch(branch: unknown): boolean {
  return branch === undefined || branch === 'then' || branch === 'else'
}

function isTime(until: unknown): until is number {
  return typeof until === 'number' && Math.abs(until) <= MAX_TIME_MS
}

function isDelay(ms: unknown): ms is number {
  return typeof ms === 'number' && ms >= 0 && Number.isFinite(ms)
}
