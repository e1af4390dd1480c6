import type { FastifyReply } from 'fastify'
import type { EncodedEvent, LogExtent } from '../../store/types.ts'
import { type Cursor, locate, type Position } from './cursor.ts'
import type { StreamForm } from './form.ts'
import type { StreamRegistry } from './registry.ts'
import type { EventsRouteDeps } from './route.ts'
import { refuseStream, startStream } from './stream-start.ts'
import type { TypesFilter } from './types-filter.ts'

export interface StreamRequest {
  readonly sessionId: string
  readonly cursor: Cursor | undefined
  readonly filter: TypesFilter | undefined
  /** Undefined when the store cannot be asked for now. */
  readonly extent: LogExtent | undefined
  readonly form: StreamForm
}

/**
 * Opens a session's stream, or says in the stream's own words why there is none for now.
 * @throws StepstreamError RATE_LIMITED to a fresh client when too many streams are open, and for lines
 * whatever else there is no stream for
 */
export async function answerStream(
  asked: StreamRequest,
  reply: FastifyReply,
  deps: EventsRouteDeps,
  streams: StreamRegistry,
): Promise<void> {
  const { sessionId, extent, cursor, filter, form } = asked
  if (extent === undefined) return refuseStream('unavailable', reply, deps, streams, form)
  const position = locate(cursor, extent)
  if (hasEverything(position, extent)) return void (await reply.code(204).send())
  const start = {
    isReturning: cursor !== undefined,
    form,
    opening: (random: () => number) => open(position, extent, asked, random),
    follow() {
      if (position.gap !== undefined) streams.stats.gaps[position.gap.reason] += 1
      return {
        subject: { sessionId },
        follower: deps.streamer.follow(sessionId, position.afterSeq, extent.next - 1),
        filter,
        next: extent.next,
        gapBefore: (events: readonly EncodedEvent[], cursor: number) =>
          gapBetween(cursor, events, asked),
      }
    },
  }
  startStream(start, reply, deps, streams)
}

/** Whether the session has ended and the client knows it; 204 is what stops an EventSource. */
function hasEverything(position: Position, extent: LogExtent): boolean {
  return position.resumed && extent.ended && position.afterSeq === extent.next - 1
}

function open(
  { gap, resumed }: Position,
  { first, next, ended }: LogExtent,
  { form, sessionId }: StreamRequest,
  random: () => number,
): string {
  const hello = form.hello({ first, next, resumed, ended }, random)
  return gap === undefined ? hello : hello + form.gap(gap, { first, next }, sessionId)
}

/** Events between the cursor and the first one left were purged while the stream was open. */
function gapBetween(
  cursor: number,
  events: readonly EncodedEvent[],
  { form, sessionId }: StreamRequest,
): string {
  const [first, last] = [events[0], events.at(-1)]
  if (first === undefined || last === undefined || first.seq === cursor + 1) return ''
  const gap = { reason: 'purged', requested: String(cursor) } as const
  return form.gap(gap, { first: first.seq, next: last.seq + 1 }, sessionId)
}
