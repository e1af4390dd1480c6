import { parseDuration } from '../duration.ts'
import { StepstreamError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { RetryPolicy } from '../session/plan.ts'
import { type Faults, type Path, quote } from './faults.ts'
import type { ParsedStep } from './step-schema.ts'

const rule = 'session ≥ group ≥ step ≥ request and connect timeout'

/** The fields of `with` that limit a request, for every executor that makes one. */
const requestLimits = ['requestTimeout', 'connectTimeout'] as const

/** The limit of the session, in ms. */
export function sessionTimeout(
  given: number | undefined,
  byDefault: number,
  at: Path,
  faults: Faults,
): number {
  if (given === 0) faults.add([...at, 'timeout'], 'INVALID_VALUE', 'a timeout must be above zero')
  return given ?? byDefault
}

/** A session timeout that nobody gave bends to a plan that takes longer, so that "Wait 1 hour" can pass. */
export function roomFor(estimateMs: number, byDefault: number): number {
  return Math.max(byDefault, 2 * estimateMs)
}

/** The limit of a group, in ms; none of its own when nobody gave it one. */
export function groupTimeout(
  given: number | undefined,
  sessionMs: number,
  at: Path,
  faults: Faults,
): number | undefined {
  if (given === 0) faults.add([...at, 'timeout'], 'INVALID_VALUE', 'a timeout must be above zero')
  if (given !== undefined && given > sessionMs) {
    faults.add(
      [...at, 'timeout'],
      'TIMEOUT_HIERARCHY',
      `${rule}: the group’s ${given} ms are more than the session’s ${sessionMs} ms`,
    )
  }
  return given
}

/** What the limit of a step must fit into. */
interface Enclosing {
  readonly sessionMs: number
  readonly groupMs: number | undefined
}

/**
 * The limit of one attempt, in ms. A limit that nobody gave bends to those around it; two that were
 * given must obey the hierarchy.
 */
export function stepTimeout(
  {
    given,
    byDefault,
    sessionMs,
    groupMs = sessionMs,
  }: Enclosing & { given: number | undefined; byDefault: number },
  input: JsonObject,
  at: { timeout: Path; with(path: Path): Path },
  faults: Faults,
): number {
  const limitMs = given ?? Math.min(byDefault, groupMs, sessionMs)
  if (given === 0) {
    faults.add(at.timeout, 'INVALID_VALUE', 'a timeout must be above zero')
  } else if (limitMs > sessionMs || limitMs > groupMs) {
    const outer = limitMs > sessionMs ? `session’s ${sessionMs}` : `group’s ${groupMs}`
    faults.add(
      at.timeout,
      'TIMEOUT_HIERARCHY',
      `${rule}: the step’s ${limitMs} ms are more than the ${outer} ms`,
    )
  }
  for (const field of requestLimits) {
    const requestMs = readableDuration(input[field])
    if (requestMs !== undefined && requestMs > limitMs) {
      faults.add(
        at.with([field]),
        'TIMEOUT_HIERARCHY',
        `${rule}: ${quote(input[field])} is more than the step’s ${limitMs} ms`,
      )
    }
  }
  return limitMs
}

/** How a step is tried again, every default filled in. */
export function retryPolicy(given: ParsedStep['retry'], defaultMaxAttempts: number): RetryPolicy {
  const delayMs = given?.delay ?? 1000
  return {
    maxAttempts: given?.maxAttempts ?? defaultMaxAttempts,
    backoff: given?.backoff ?? 'exponential',
    delayMs,
    maxDelayMs: given?.maxDelay ?? Math.max(30_000, delayMs),
    multiplier: given?.multiplier ?? 2,
    jitter: given?.jitter ?? true,
  }
}

/** The most time the delays between tries take, in ms, without what jitter adds. */
export function longestDelays({
  maxAttempts,
  backoff,
  delayMs,
  maxDelayMs,
  multiplier,
}: RetryPolicy): number {
  let total = 0
  for (let retry = 1; retry < maxAttempts; retry++) {
    const delay = {
      fixed: delayMs,
      linear: delayMs * retry,
      exponential: delayMs * multiplier ** (retry - 1),
      random: delayMs * (retry + 1),
    }[backoff]
    total += Math.min(delay, maxDelayMs)
  }
  return total
}

/** What is no duration is the executor's schema to judge. */
function readableDuration(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  try {
    return parseDuration(value)
  } catch (error) {
    if (error instanceof StepstreamError) return undefined
    throw error
  }
}
