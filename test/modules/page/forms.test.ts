import { describe, expect, test } from 'vitest'
import { addressOf } from '../../../src/modules/page/actions/opening.ts'
import { likeness } from '../../../src/modules/page/field-value.ts'
import { safeName } from '../../../src/modules/page/file-names.ts'
import { inputValue } from '../../../src/modules/page/input-values.ts'
import { flatten } from '../../../src/modules/page/page-node.ts'
import { fits, urlFits } from '../../../src/modules/page/patterns.ts'
import { coverOf, readinessOf } from '../../../src/modules/page/playwright-log.ts'
import { render } from '../../../src/modules/page/render.ts'
import { type AriaNode, readSnapshot } from '../../../src/modules/page/snapshot.ts'

test.each([
  ['../../evil', 'evil'],
  ['..\\..\\evil.exe', 'evil.exe'],
  ['/etc/passwd', 'passwd'],
  ['.bashrc', 'bashrc'],
  ['con.txt', '_con.txt'],
  ['a\u0000b\nc.txt', 'a_b_c.txt'],
  ['invoice\u202efdp.exe', 'invoicefdp.exe'],
  ['..', 'download'],
  ['', 'download'],
  [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(146)}.pdf`],
  ['Bericht März.pdf', 'Bericht März.pdf'],
])('the file name %j becomes %j', (suggested, name) => {
  expect(safeName(suggested)).toBe(name)
})

test.each([
  ['date', '2030-01-31', '2030-01-31'],
  ['date', 'Jan 31, 2030', '2030-01-31'],
  ['date', '31st January 2030', '2030-01-31'],
  ['date', '01/02/2030', '01/02/2030'],
  ['time', '9am', '09:00'],
  ['time', '12:30 am', '00:30'],
  ['time', '9:05', '09:05'],
  ['datetime-local', '2030-01-31 3pm', '2030-01-31T15:00'],
  ['color', '#abc', '#aabbcc'],
  ['range', '50%', '50'],
  ['text', ' as it is', 'as it is'],
])('an input of type %s takes %j as %j', (type, said, value) => {
  expect(inputValue(type, said)).toBe(value)
})

test.each([
  ['5551234', '(555) 1234', 'reformatted'],
  ['1234', '$1,234.00', 'reformatted'],
  ['Ada', 'Ada ', 'same'],
  ['Ada', 'Bob', 'other'],
  ['1234', '123', 'other'],
  ['', '', 'same'],
] as const)('%j in a field that holds %j is %s', (wanted, held, like) => {
  expect(likeness(wanted, held)).toBe(like)
})

test.each([
  ['https://shop.test/a', 'about:blank', 'https://shop.test/a'],
  ['/login?x=1', 'https://shop.test/a/b', 'https://shop.test/login?x=1'],
  ['next', 'https://shop.test/a/b', 'https://shop.test/a/next'],
  ['//other.test/', 'https://shop.test/', 'https://other.test/'],
])('the address %j on %j is %j', (said, current, url) => {
  expect(addressOf(said, current)).toBe(url)
})

describe('a pattern', () => {
  test.each([
    ['https://shop.test/orders/7', '/orders/', true],
    ['https://shop.test/orders/7', '*/orders/*', true],
    ['https://shop.test/orders/7', 'https://shop.test/*/7', true],
    ['https://shop.test/orders/7', 'http://shop.test/*', false],
    ['https://shop.test/orders/7', '*/orders', false],
  ])('of %s by %s', (url, pattern, holds) => {
    expect(urlFits(url, pattern)).toBe(holds)
  })

  test('compares texts as a page shows them', () => {
    expect(fits('3  items\n', '3 items', 'equals')).toBe(true)
    expect(fits('3 items', '^\\d items$', 'matches')).toBe(true)
    expect(() => fits('x', '(', 'matches')).toThrow('cannot be used')
  })
})

test('the reason why Playwright had to wait is read from its log', () => {
  const log = [
    'locator.click: Timeout 300ms exceeded.',
    '  - element is not stable',
    '  - <div class="veil"></div> from <div id="cookies">…</div> subtree intercepts pointer events',
  ].join('\n')
  expect(coverOf(log)).toBe('<div id="cookies">…</div>')
  expect(coverOf('element is not visible')).toBeUndefined()
  expect(readinessOf('waiting for locator\n element is not enabled')).toBe('disabled')
})

describe('what is rendered', () => {
  const box = (y: number) => ({ x: 0, y, width: 100, height: 20 })
  const button = (name: string, y: number): AriaNode => ({
    role: 'button',
    name,
    ref: `e${y}`,
    box: box(y),
  })
  const json: AriaNode[] = [
    button('In the window', 10),
    { role: 'paragraph', text: 'words '.repeat(70), box: box(40) },
    ...Array.from({ length: 50 }, (_, at) => button(`Far below ${at}`, 5000 + at)),
    { role: 'dialog', name: 'Sure?', ref: 'd', box: box(9000), children: [button('Yes', 9010)] },
  ]
  const flat = flatten(readSnapshot(json))
  const window = { width: 1280, height: 720 }

  test('is all of it within the budget', () => {
    const { text, truncated } = render(flat, window, 40_000)
    expect(truncated).toBe(false)
    expect(text.split('\n')[0]).toBe('button "In the window" [ref=e10]')
    expect(text).toContain('dialog "Sure?" [ref=d]\n  button "Yes" [ref=e9010]')
  })

  test('is the dialog and the window first where it is cut, in the order of the page', () => {
    const { text, truncated } = render(flat, window, 500)
    expect(truncated).toBe(true)
    expect(text.length).toBeLessThanOrEqual(500)
    expect(text.indexOf('In the window')).toBeLessThan(text.indexOf('button "Yes"'))
    expect(text.indexOf('button "Yes"')).toBeGreaterThan(0)
    expect(text).toMatch(/\[cut: \d+ of 54 lines, \d+ of them controls, \d+ outside the window/)
  })
})
