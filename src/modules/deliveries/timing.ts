import type { RetryPolicy } from '../../session/plan.ts'
import { retryDelay } from '../../session/retry.ts'

/** 5 s, 25 s, 2 min, 10 min, 52 min, 4.3 h, 21.7 h: 27 hours in all. */
const policy: RetryPolicy = {
  maxAttempts: 8,
  backoff: 'exponential',
  delayMs: 5000,
  maxDelayMs: 86_400_000,
  multiplier: 5,
  jitter: true,
}

const SOONEST_LOOK_MS = 15_000
const LATEST_LOOK_MS = 300_000

/** The delay before the next attempt, in ms; undefined when there have been enough. */
export function delayAfter(
  tries: number,
  random: number,
  retryAfterMs: number | undefined,
): number | undefined {
  if (tries >= policy.maxAttempts) return undefined
  return retryDelay(policy, tries, random, retryAfterMs)
}

/**
 * How long a session that goes on is left alone, in ms: as long as it has run already, within
 * bounds. Its end is told at once where it is written; this is for an end that nobody could tell of.
 */
export function lookDelay(ageMs: number): number {
  return Math.min(Math.max(ageMs, SOONEST_LOOK_MS), LATEST_LOOK_MS)
}
