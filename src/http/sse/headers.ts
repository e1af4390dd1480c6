import type { FastifyReply } from 'fastify'
import type { Representation } from './accept.ts'

const contentTypes: Readonly<Record<Representation, string>> = {
  stream: 'text/event-stream; charset=utf-8',
  json: 'application/json; charset=utf-8',
  text: 'text/plain; charset=utf-8',
}

/** Sets the headers of an answer with events: never cached, never buffered or rewritten on the way. */
export function setEventsHeaders(reply: FastifyReply, representation: Representation): void {
  reply.headers({
    'content-type': contentTypes[representation],
    'cache-control': 'no-cache, no-store, no-transform',
    'x-content-type-options': 'nosniff',
    vary: varyOf(reply),
  })
  if (representation !== 'json') reply.header('x-accel-buffering', 'no')
}

/** The answer depends on both headers; one may be named already by what handles CORS. */
function varyOf(reply: FastifyReply): string {
  const named = String(reply.getHeader('vary') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
  return [...new Set([...named, 'accept', 'origin'])].filter(Boolean).join(', ')
}
