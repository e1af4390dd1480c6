import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Contact } from '../../../src/modules/dispatcher/pg-boss/contact.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

test('is steady once the database has answered for so long without a break', () => {
  const contact = new Contact()
  expect([contact.steadyFor(0), contact.unbroken]).toEqual([false, false])
  contact.answered()
  vi.advanceTimersByTime(3000)
  contact.answered()
  expect([contact.steadyFor(3000), contact.steadyFor(3001)]).toEqual([true, false])
  contact.failed()
  expect(contact.steadyFor(0)).toBe(false)
  contact.answered()
  expect([contact.steadyFor(0), contact.steadyFor(1)]).toEqual([true, false])
})

test.each([
  ['a failure', (contact: Contact) => contact.failed()],
  ['a long silence', () => vi.advanceTimersByTime(5000)],
])('is unbroken from its first answer until %s, and then never again', (_, broken) => {
  const contact = new Contact()
  contact.answered()
  vi.advanceTimersByTime(4000)
  contact.answered()
  expect(contact.unbroken).toBe(true)
  broken(contact)
  expect(contact.unbroken).toBe(false)
  contact.answered()
  expect(contact.unbroken).toBe(false)
})
