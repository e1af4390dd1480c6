import { expect, test } from 'vitest'
import { systemClock } from '../src/clock.ts'

const MONTH_MS = 31 * 24 * 60 * 60 * 1000

test('a timer for more than the platform can hold does not fire early', async () => {
  let fired = false
  const cancel = systemClock.setTimer(MONTH_MS, () => {
    fired = true
  })

  // A delay that overflows fires within a millisecond, before this one does.
  await new Promise<void>((resolve) => systemClock.setTimer(20, resolve))

  expect(fired).toBe(false)
  cancel()
})

test('a cancelled timer does not fire', async () => {
  let fired = false
  systemClock.setTimer(1, () => {
    fired = true
  })()

  await new Promise<void>((resolve) => systemClock.setTimer(20, resolve))

  expect(fired).toBe(false)
})
