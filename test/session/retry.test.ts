import { describe, expect, test } from 'vitest'
import type { RetryPolicy } from '../../src/session/plan.ts'
import { MAX_RETRY_AFTER_MS, retryDelay } from '../../src/session/retry.ts'

const policy: RetryPolicy = {
  maxAttempts: 5,
  backoff: 'fixed',
  delayMs: 100,
  maxDelayMs: 60_000,
  multiplier: 3,
  jitter: false,
}

describe('the delay before a retry', () => {
  test.each([
    ['fixed', [100, 100, 100, 100]],
    ['linear', [100, 200, 300, 400]],
    ['exponential', [100, 300, 900, 2700]],
    ['random', [150, 200, 250, 300]],
  ] as const)('grows by its backoff: %s', (backoff, delays) => {
    const drawn = delays.map((_, index) => retryDelay({ ...policy, backoff }, index + 1, 0.5))
    expect(drawn).toEqual(delays)
  })

  test('of a random backoff lies between the delay and the delay times one more than its number', () => {
    const random = { ...policy, backoff: 'random' } as const
    expect(retryDelay(random, 3, 0)).toBe(100)
    expect(retryDelay(random, 3, 0.999_999)).toBe(400)
  })

  test('is capped', () => {
    const capped = { ...policy, backoff: 'exponential', maxDelayMs: 500 } as const
    expect([1, 2, 3, 30].map((n) => retryDelay(capped, n, 0))).toEqual([100, 300, 500, 500])
  })

  test('moves by a tenth either way with jitter, and not beyond the cap', () => {
    const jittery = { ...policy, jitter: true }
    expect([0, 0.5, 0.999_999].map((random) => retryDelay(jittery, 1, random))).toEqual([
      90, 100, 110,
    ])
    expect(retryDelay({ ...jittery, maxDelayMs: 100 }, 1, 0.999_999)).toBe(100)
  })

  test('is at least what the other side asked for, also beyond the cap, up to an hour', () => {
    const capped = { ...policy, maxDelayMs: 500 }
    expect(retryDelay(capped, 1, 0, 20)).toBe(100)
    expect(retryDelay(capped, 1, 0, 7000)).toBe(7000)
    expect(retryDelay(capped, 1, 0, 10 * MAX_RETRY_AFTER_MS)).toBe(MAX_RETRY_AFTER_MS)
  })

  test('is a whole number of milliseconds', () => {
    expect(retryDelay({ ...policy, delayMs: 10.4 }, 1, 0.123)).toBe(10)
  })
})
