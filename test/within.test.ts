import { expect, test } from 'vitest'
import { within } from '../src/within.ts'
import { ManualClock } from './support/manual-clock.ts'

test('what is done in time is handed on, failures too, and no timer is left', async () => {
  const clock = new ManualClock()
  expect(await within(clock, 1000, Promise.resolve('done'), 'late')).toBe('done')
  await expect(within(clock, 1000, Promise.reject(new Error('no')), 'late')).rejects.toThrow('no')
  await Promise.resolve()
  expect(clock.pending).toBe(0)
})

test('what takes longer is not waited for, and may still fail unheard', async () => {
  const clock = new ManualClock()
  const { promise, reject } = Promise.withResolvers<string>()
  const result = within(clock, 1000, promise, 'late')
  clock.advance(1000)
  expect(await result).toBe('late')
  reject(new Error('later'))
  await promise.catch(() => {})
})
