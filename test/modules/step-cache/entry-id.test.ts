import { describe, expect, test } from 'vitest'
import { entryId } from '../../../src/modules/step-cache/entry-id.ts'
import { normalisedText } from '../../../src/modules/step-cache/text.ts'
import { urlTemplate } from '../../../src/modules/step-cache/url-template.ts'
import { key } from './steps.ts'

describe('the text of an entry', () => {
  test.for([
    ['  Click   Sign in. ', 'click sign in'],
    ['Click\nSIGN IN ...', 'click sign in'],
    ['Click "Sign  In".', 'click "Sign  In"'],
    ["Choose 'Red  XL', don't ask", "choose 'Red  XL', don't ask"],
    ['Choose “Red XL” Or `Blue  M`', 'choose “Red XL” or `Blue  M`'],
    ['Type {{ inputs.userName }} Into Name', 'type {{ inputs.userName }} into name'],
    ['It costs 3.50', 'it costs 3.50'],
  ])('%j is %j', ([text, normalised]) => {
    expect(normalisedText(text ?? '')).toBe(normalised)
  })
})

describe('the page of an entry', () => {
  test.for([
    ['https://shop.example', 'https://shop.example/'],
    ['https://ada:secret@shop.example:8443/Cart/?token=1#top', 'https://shop.example:8443/Cart'],
    ['http://a.b/orders/17/items/3', 'http://a.b/orders/*/items/*'],
    ['http://a.b/orders/A-1001', 'http://a.b/orders/A-*'],
    ['http://a.b/2026-01-05/news', 'http://a.b/*-*-*/news'],
    ['http://a.b/u/0b7e8f0a-5c0d-4c1e-9a53-3a1c2b4d5e6f', 'http://a.b/u/*'],
    ['http://a.b/c/3f9a0c1e7b', 'http://a.b/c/*'],
    ['http://a.b/s/ses_01KAJ5Z8Q4T7N2V9XWBMC3RD6E', 'http://a.b/s/*'],
    ['http://a.b/f/aB3-x9_KqTz81-LmNop2', 'http://a.b/f/*'],
    ['http://a.b/blue-mugs/summer-sale', 'http://a.b/blue-mugs/summer-sale'],
    ['http://a.b/decade/feedface', 'http://a.b/decade/feedface'],
    ['http://a.b/api/v1/p2p', 'http://a.b/api/v1/p2p'],
    ['http://a.b/#/orders/7', 'http://a.b/#/orders/*'],
    ['about:blank', 'about:blank'],
    ['', ''],
  ])('%s is %s', ([url, template]) => {
    expect(urlTemplate(url ?? '')).toBe(template)
  })
})

describe('the id of an entry', () => {
  const other = (changes: object) => entryId({ ...key, ...changes }, '1')

  test('is the same for the same text on the same kind of page, whatever variables hold', () => {
    const id = entryId(key, '1')
    expect(id).toMatch(/^[0-9a-f]{64}$/)
    expect(other({ text: ` ${key.text.toUpperCase()}.` })).toBe(id)
    expect(other({ url: `${key.url}/?page=2` })).toBe(id)
    expect(other({ values: ['blue'] })).toBe(id)
  })

  test('is another one for another tenant, text, page or version', () => {
    const ids = [
      other({}),
      other({ tenant: 'other' }),
      other({ text: 'Click Pay' }),
      other({ url: 'https://shop.example:444/products' }),
      entryId(key, '2'),
    ]
    expect(new Set(ids).size).toBe(ids.length)
  })
})
