import { expect, test } from 'vitest'
import { chooseRepresentation } from '../../../src/http/sse/accept.ts'

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
