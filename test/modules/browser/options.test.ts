import { expect, test } from 'vitest'
import { browserOptionsSchema } from '../../../src/modules/browser/types.ts'

test.each([
  { allow: ['example.com', '*.example.com', 'shop.local.', '10.0.0.1', '::1', '[fd00::1]', 'a_b'] },
  { locale: 'de-DE', timezone: 'Europe/Berlin' },
])('%j is accepted', (options) => {
  expect(browserOptionsSchema.safeParse(options).error).toBeUndefined()
})

test.each([
  [{ allow: ['https://example.com'] }, 'expected a host such as example.com'],
  [{ allow: ['example.com:8080'] }, 'expected a host such as example.com'],
  [{ allow: ['example.com/path'] }, 'expected a host such as example.com'],
  [{ allow: ['*'] }, 'expected a host such as example.com'],
  [{ locale: 'german!' }, 'expected a language tag such as de-DE'],
  [{ timezone: 'Middle/Earth' }, 'expected a time zone such as Europe/Berlin'],
  [{ headless: false }, 'Unrecognized key'],
])('%j is refused', (options, message) => {
  expect(browserOptionsSchema.safeParse(options).error?.issues[0]?.message).toContain(message)
})
