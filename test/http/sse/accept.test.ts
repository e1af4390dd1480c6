import { expect, test } from 'vitest'
import { chooseRepresentation, requireAnyRepresentation } from '../../../src/http/sse/accept.ts'

test.each([
  [undefined, 'stream'],
  ['', 'stream'],
  ['text/event-stream', 'stream'],
  ['Text/Event-Stream; charset=utf-8', 'stream'],
  ['*/*', 'stream'],
  ['text/*', 'stream'],
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'stream'],
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['application/json, text/plain, */*', 'json'],
  ['application/json, text/event-stream', 'stream'],
  ['application/json;q=0.5, text/event-stream;q=0.4', 'json'],
  ['*/*, text/event-stream;q=0', 'json'],
  ['text/html', undefined],
  ['text/event-stream;q=0', undefined],
  ['application/xml, image/png', undefined],
])('Accept: %s gets %s', (accept, representation) => {
  expect(chooseRepresentation(accept)).toBe(representation)
})

test.each([
  [undefined, 'stream'],
  ['*/*', 'stream'],
  ['text/*', 'stream'],
  ['text/plain', 'text'],
  ['Text/Plain; charset=utf-8', 'text'],
  ['text/plain, */*', 'text'],
  ['text/plain, */*;q=0.1', 'text'],
  ['application/json, text/plain, */*', 'json'],
  ['text/event-stream, text/plain', 'stream'],
  ['text/event-stream;q=0.5, text/plain', 'text'],
  ['text/plain;q=0.5, */*', 'stream'],
  ['text/plain;q=0, application/json', 'json'],
])('Accept: %s gets %s where there are lines', (accept, representation) => {
  expect(requireAnyRepresentation(accept)).toBe(representation)
})
