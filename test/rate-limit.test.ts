import { describe, expect, test } from 'vitest'
import { readRateLimit } from '../src/rate-limit.ts'

describe('a rate limit', () => {
  test.each([
    ['webhook=100/1s', 'webhook', 100, 1000],
    ['command=10/1m', 'command', 10, 60_000],
    ['my-executor=1/1h30m', 'my-executor', 1, 5_400_000],
    ['webhook=100000/1d', 'webhook', 100_000, 86_400_000],
  ])('is read from %s', (text, uses, count, windowMs) => {
    expect(readRateLimit(text)).toEqual({ uses, count, windowMs })
  })

  test.each([
    'webhook',
    'webhook=',
    'webhook=10',
    'webhook=10/',
    'webhook=10/s',
    'webhook=10/60',
    'webhook=0/1s',
    'webhook=-1/1s',
    'webhook=1.5/1s',
    'webhook=100001/1s',
    'webhook=1/0s',
    'webhook=1/0.1ms',
    'webhook=1/2d',
    '=1/1s',
    'a b=1/1s',
  ])('is not read from %s', (text) => {
    expect(readRateLimit(text)).toBeUndefined()
  })
})
