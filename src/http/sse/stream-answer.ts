import type { FastifyReply } from 'fastify'
import { StepstreamError } from '../../errors.ts'
import type { LogExtent } from '../../store/types.ts'
import { type Cursor, locate, type Position } from './cursor.ts'
import { encodeControl } from './frame.ts'
import { encodeGap } from './gap.ts'
import { encodeGoodbye, encodePause } from './goodbye.ts'
import { setEventsHeaders } from './headers.ts'
import type { StreamRegistry } from './registry.ts'
import type { EventsRouteDeps } from './route.ts'
import type { RefusalReason } from './stream-stats.ts'
import type { TypesFilter } from './types-filter.ts'

/** How long a fresh client should wait when there are too many streams. */
const OVERLOADED_RETRY_MS = 10_000

export interface StreamRequest {
  readonly sessionId: string
  readonly cursor: Cursor | undefined
  readonly filter: TypesFilter | undefined
  /** Undefined when the store cannot be asked for now. */
  readonly extent: LogExtent | undefined
}

/**
 * Opens a stream, or says in the stream's own words why there is none for now.
 * @throws StepstreamError RATE_LIMITED to a fresh client when too many streams are open
 */
export async function answerStream(
  asked: StreamRequest,
  reply: FastifyReply,
  deps: EventsRouteDeps,
  streams: StreamRegistry,
): Promise<void> {
  const { extent, cursor } = asked
  if (extent === undefined) return refuse('unavailable', reply, deps, streams)
  const position = locate(cursor, extent)
  if (hasEverything(position, extent)) return void (await reply.code(204).send())
  if (streams.isClosing) return refuse('shutdown', reply, deps, streams)
  if (streams.open < deps.limits.maxFollowers) {
    return open({ ...asked, extent }, position, reply, deps, streams)
  }
  if (cursor !== undefined) return refuse('overloaded', reply, deps, streams)
  throw new StepstreamError('RATE_LIMITED', 'Too many streams are open.', {
    retryAfterMs: OVERLOADED_RETRY_MS,
  })
}

/** Whether the session has ended and the client knows it; 204 is what stops an EventSource. */
function hasEverything(position: Position, extent: LogExtent): boolean {
  return position.resumed && extent.ended && position.afterSeq === extent.next - 1
}

function open(
  asked: StreamRequest & { readonly extent: LogExtent },
  position: Position,
  reply: FastifyReply,
  deps: EventsRouteDeps,
  streams: StreamRegistry,
): void {
  if (reply.raw.destroyed) return
  const { sessionId, extent, filter } = asked
  if (position.gap !== undefined) streams.stats.gaps[position.gap.reason] += 1
  commitHeaders(reply)
  streams.start(
    {
      sessionId,
      response: reply.raw,
      follower: deps.streamer.follow(sessionId, position.afterSeq, extent.next - 1),
      filter,
      next: extent.next,
    },
    encodePause('open', randomOf(deps)) + encodeOpening(position, extent, sessionId),
  )
}

function refuse(
  reason: RefusalReason,
  reply: FastifyReply,
  deps: EventsRouteDeps,
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

function encodeOpening(position: Position, extent: LogExtent, sessionId: string): string {
  const hello = encodeControl('stream.hello', {
    first: extent.first,
    next: extent.next,
    resumed: position.resumed,
    ended: extent.ended,
  })
  return position.gap === undefined ? hello : hello + encodeGap(position.gap, extent, sessionId)
}

function randomOf(deps: EventsRouteDeps): () => number {
  return deps.random ?? Math.random
}
