import { describe, expect, test } from 'vitest'
import { locate, readCursor } from '../../../src/http/sse/cursor.ts'

const extent = { tenant: 'default', first: 11, next: 21, ended: false }

describe('a cursor', () => {
  test('is taken from the header before the query', () => {
    expect(readCursor('5', '6')).toEqual({ text: '5', seq: 5 })
    expect(readCursor(undefined, '6')).toEqual({ text: '6', seq: 6 })
    expect(readCursor('', '6')).toEqual({ text: '6', seq: 6 })
    expect(readCursor(null, undefined)).toBeUndefined()
  })

  test.each(['-1', '1.5', '01', '1e3', ' 1', 'abc', '1\u00e9', '9'.repeat(16)])(
    'has no seq in %j',
    (text) => {
      expect(readCursor(text, undefined)?.seq).toBeUndefined()
    },
  )

  test('is cut when it is too long to repeat', () => {
    expect(readCursor('9'.repeat(5000), undefined)).toEqual({
      text: '9'.repeat(64),
      seq: undefined,
    })
  })
})

describe('the place of a cursor', () => {
  test.each([
    ['10', { afterSeq: 10, resumed: true }],
    ['15', { afterSeq: 15, resumed: true }],
    ['20', { afterSeq: 20, resumed: true }],
    ['21', { afterSeq: 10, resumed: false, gap: { reason: 'future', requested: '21' } }],
    ['9', { afterSeq: 10, resumed: false, gap: { reason: 'purged', requested: '9' } }],
    ['x', { afterSeq: 10, resumed: false, gap: { reason: 'unknown', requested: 'x' } }],
  ])('of %s in a log of 11 to 20', (text, position) => {
    expect(locate(readCursor(text, undefined), extent)).toEqual(position)
  })

  test('is the earliest event kept when there is none', () => {
    expect(locate(undefined, extent)).toEqual({ afterSeq: 10, resumed: false })
  })
})
