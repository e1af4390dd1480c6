import { expect, test } from 'vitest'
import { pause, pauseMs } from '../../src/client/pause.ts'

test.each([
  { retryMs: 3000, failures: 0, random: 0, expected: 3000 },
  { retryMs: 3000, failures: 0, random: 1, expected: 4500 },
  { retryMs: 3000, failures: 2, random: 0, expected: 12_000 },
  { retryMs: 3000, failures: 9, random: 0, expected: 30_000 },
  { retryMs: 3000, failures: 5000, random: 0.5, expected: 37_500 },
  { retryMs: 60_000, failures: 3, random: 0, expected: 60_000 },
])('waits $expected ms after $failures failures, $retryMs ms asked for, random $random', (row) => {
  expect(pauseMs(row.retryMs, row.failures, row.random)).toBe(row.expected)
})

test('a pause ends with the reason of its signal', async () => {
  const controller = new AbortController()
  const long = pause(1e9, controller.signal)
  controller.abort(new Error('enough'))
  await expect(long).rejects.toThrow('enough')
  await expect(pause(1, controller.signal)).rejects.toThrow('enough')
  await pause(1, undefined)
})
