import type { RetryPolicy } from './plan.ts'

/** How far jitter moves a delay, as a share of it, either way. */
const JITTER = 0.1

/** The longest `Retry-After` that is honoured. */
export const MAX_RETRY_AFTER_MS = 3_600_000

/**
 * The delay before retry `n` (1 for the first retry), in ms: fixed `d`; linear `d·n`; exponential
 * `d·m^(n−1)`; random `d + random·d·n`; moved by jitter, capped by `maxDelayMs`.
 *
 * @param random in [0, 1)
 * @param retryAfterMs what the other side asked for: the delay is at least that, up to an hour
 */
export function retryDelay(
  policy: RetryPolicy,
  n: number,
  random: number,
  retryAfterMs = 0,
): number {
  const base = backoffs[policy.backoff](policy, n, random)
  const moved = policy.jitter ? base * (1 + JITTER * (2 * random - 1)) : base
  const delay = Math.min(moved, policy.maxDelayMs)
  return Math.round(Math.max(delay, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS)))
}

const backoffs = {
  fixed: (policy) => policy.delayMs,
  linear: (policy, n) => policy.delayMs * n,
  exponential: (policy, n) => policy.delayMs * policy.multiplier ** (n - 1),
  random: (policy, n, random) => policy.delayMs + random * policy.delayMs * n,
} satisfies Record<
  RetryPolicy['backoff'],
  (policy: RetryPolicy, n: number, random: number) => number
>
