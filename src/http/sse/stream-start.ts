import type { FastifyReply, FastifyRequest } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import { chooseRepresentation } from './accept.ts'
import { encodeGoodbye, encodePause } from './goodbye.ts'
import { setEventsHeaders } from './headers.ts'
import type { StreamRegistry } from './registry.ts'
import type { RefusalReason } from './stream-stats.ts'
import type { Stream } from './writer.ts'

/** How long a fresh client should wait when there are too many streams. */
const OVERLOADED_RETRY_MS = 10_000

/** What opening a stream needs of a route. */
export interface StartDeps {
  readonly limits: {
    /** How many streams may be open at once. */
    readonly maxFollowers: number
  }
  /** Yields numbers in [0, 1), to spread reconnects. @default Math.random */
  readonly random?: () => number
}

export interface Start {
  /** Whether the client sent a cursor: an error would end its EventSource. */
  readonly isReturning: boolean
  /** The frames that come first. */
  readonly opening: string
  /** Begins to follow; called if there is room. */
  follow(): Omit<Stream, 'response' | 'permit'>
}

/**
 * Opens a stream, or says in the stream's own words why there is none for now.
 * @throws StepstreamError RATE_LIMITED to a fresh client when too many streams are open
 */
export function startStream(
  start: Start,
  reply: FastifyReply,
  deps: StartDeps,
  streams: StreamRegistry,
): void {
  if (streams.isClosing) return refuseStream('shutdown', reply, deps, streams)
  if (streams.open < deps.limits.maxFollowers) {
    if (reply.raw.destroyed) return
    commitHeaders(reply)
    const opening = encodePause('open', randomOf(deps)) + start.opening
    const { permit } = reply.request
    return streams.start({ ...start.follow(), permit, response: reply.raw }, opening)
  }
  if (start.isReturning) return refuseStream('overloaded', reply, deps, streams)
  throw new StepstreamError('RATE_LIMITED', 'Too many streams are open.', {
    retryAfterMs: OVERLOADED_RETRY_MS,
  })
}

/** Whether it is not known whose a request is, and it wants what an error status would end for good. */
export function isRefusedForNow({ unidentified, headers }: FastifyRequest): boolean {
  return unidentified !== undefined && chooseRepresentation(headers.accept) === 'stream'
}

/** Answers with a goodbye in place of events. */
export function refuseStream(
  reason: RefusalReason,
  reply: FastifyReply,
  deps: StartDeps,
  streams: StreamRegistry,
): void {
  streams.stats.refused[reason] += 1
  commitHeaders(reply)
  reply.raw.end(encodeGoodbye(reason, randomOf(deps)))
}

/** From here on the response is a stream that outlives the handler. */
function commitHeaders(reply: FastifyReply): void {
  setEventsHeaders(reply, 'stream')
  // The plugin would promise to keep the connection to clients that asked for, or need, its close.
  reply.header('connection', reply.raw.shouldKeepAlive ? 'keep-alive' : 'close')
  reply.sse.keepAlive()
  reply.sse.sendHeaders(200)
}

function randomOf(deps: StartDeps): () => number {
  return deps.random ?? Math.random
}
