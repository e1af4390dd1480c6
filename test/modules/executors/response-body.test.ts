import { describe, expect, test } from 'vitest'
import { readBody } from '../../../src/modules/executors/response-body.ts'

const same = (text: string): string => text
const read = (text: string | Buffer, type?: string) => readBody(Buffer.from(text), type, same)

describe('a response body', () => {
  test.each(['application/json', 'application/json; charset=utf-8', 'application/problem+json'])(
    'of %s is parsed',
    (type) => {
      expect(read('{"a":[1,null]}', type)).toEqual({ body: { a: [1, null] } })
    },
  )

  test('that calls itself JSON and is not stays text', () => {
    expect(read('<oops>', 'application/json')).toEqual({ body: '<oops>' })
    expect(read('', 'application/json')).toEqual({ body: '' })
  })

  test('that is JSON and does not say so stays text', () => {
    expect(read('{"a":1}', 'text/plain')).toEqual({ body: '{"a":1}' })
    expect(read('{"a":1}', 'application/jsonlines')).toEqual({ body: '{"a":1}' })
    expect(read('{"a":1}')).toEqual({ body: '{"a":1}' })
  })

  test('of bytes that are no text is base64 and says so', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x01])
    expect(read(bytes, 'application/octet-stream')).toEqual({
      body: bytes.toString('base64'),
      bodyEncoding: 'base64',
    })
    expect(read('a\0b', 'text/plain')).toMatchObject({ bodyEncoding: 'base64' })
  })

  test('is read in the charset it names', () => {
    expect(read(Buffer.from([0x67, 0xfc]), 'text/plain; charset=ISO-8859-1').body).toBe('gü')
    expect(read('abc', 'text/plain; charset=nonsense')).toMatchObject({ bodyEncoding: 'base64' })
  })

  test('nested deeper than anyone needs stays text', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(read(deep, 'application/json')).toEqual({ body: deep })
    expect(read('['.repeat(50) + ']'.repeat(50), 'application/json').body).toBeInstanceOf(Array)
  })
})
