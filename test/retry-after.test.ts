import { expect, test } from 'vitest'
import { parseRetryAfter } from '../src/retry-after.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)

test.each([
  ['120', 120_000],
  [' 0 ', 0],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['Sun Nov  6 08:49:37 1994', 37_000],
  ['Sun, 06 Nov 1994 08:48:00 GMT', 0],
  ['99999999999999999999', 365 * 86_400_000],
])('reads %j as %i ms from now', (value, ms) => {
  expect(parseRetryAfter(value, now)).toBe(ms)
})

test.each([undefined, '', '-1', '1.5', 'soon', 'Sun, soon', '1994-11-06T08:49:37Z'])(
  'does not read %j',
  (value) => {
    expect(parseRetryAfter(value, now)).toBeUndefined()
  },
)

test('takes the first of several', () => {
  expect(parseRetryAfter(['5', '9'], now)).toBe(5000)
})
