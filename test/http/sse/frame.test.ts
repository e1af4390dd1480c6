import { describe, expect, test } from 'vitest'
import {
  encodeBookmark,
  encodeComment,
  encodeControl,
  encodeFrame,
  encodeRetry,
} from '../../../src/http/sse/frame.ts'
import type { EventType } from '../../../src/session/events.ts'

const event = { seq: 7, type: 'step.output', body: '{"a":1}' } as const

describe('a frame', () => {
  test('is the id, the type and the body, each on its line, and a blank line', () => {
    expect(encodeFrame(event)).toBe('id: 7\nevent: step.output\ndata: {"a":1}\n\n')
  })

  test('keeps characters that end lines elsewhere but not in event streams', () => {
    const body = JSON.stringify('\u2028\u2029\u0085\ufeff😀\u0000')
    expect(encodeFrame({ ...event, body })).toBe(
      'id: 7\nevent: step.output\ndata: "\u2028\u2029\u0085\ufeff😀\\u0000"\n\n',
    )
  })

  test.each(['{\n}', '{\r}', '{}\n', '\r\n'])(
    'refuses the body %j, which has several lines',
    (body) => {
      expect(() => encodeFrame({ ...event, body })).toThrow(TypeError)
    },
  )

  test.each(['step\n', 'step\rdata: x', 'step\u0000', 'a b', '', 'Step'])(
    'refuses the type %j, which could break out of its line',
    (type) => {
      expect(() => encodeFrame({ ...event, type: type as EventType })).toThrow(TypeError)
    },
  )
})

describe('what a stream says about itself', () => {
  test('a control frame has no id', () => {
    expect(encodeControl('stream.bye', { reason: 'a\r\nid: 9' })).toBe(
      'event: stream.bye\ndata: {"reason":"a\\r\\nid: 9"}\n\n',
    )
  })

  test('a pause before reconnecting is whole milliseconds', () => {
    expect(encodeRetry(2000.4)).toBe('retry: 2000\n\n')
  })

  test('a comment is one line', () => {
    expect(encodeComment('keep-alive')).toBe(': keep-alive\n\n')
    expect(() => encodeComment('a\nid: 9')).toThrow(TypeError)
  })

  test('a bookmark is an id alone', () => {
    expect(encodeBookmark(12)).toBe('id: 12\n\n')
  })
})
