import type { FastifyReply } from 'fastify'
import type { Coverage } from '../../modules/merged-streamer/types.ts'
import type { EncodedEvent } from '../../store/types.ts'
import type { Cursor } from './cursor.ts'
import { eventStreamForm } from './event-stream-form.ts'
import { encodeControl } from './frame.ts'
import type { MergedLog } from './merged-log.ts'
import type { MergedRouteDeps } from './merged-route.ts'
import type { StreamRegistry } from './registry.ts'
import { refuseStream, startStream } from './stream-start.ts'
import type { TypesFilter } from './types-filter.ts'

export interface MergedStreamRequest {
  readonly coverage: Coverage
  readonly cursor: Cursor | undefined
  readonly filter: TypesFilter | undefined
  /** Undefined when the store cannot be asked for now. */
  readonly log: MergedLog | undefined
}

/**
 * Opens a stream of several sessions, or says in the stream's own words why there is none for now.
 * @throws StepstreamError RATE_LIMITED to a fresh client when too many streams are open
 */
export async function answerMergedStream(
  { coverage, cursor, filter, log }: MergedStreamRequest,
  reply: FastifyReply,
  deps: MergedRouteDeps,
  streams: StreamRegistry,
): Promise<void> {
  if (log === undefined) return refuseStream('unavailable', reply, deps, streams)
  const { position, extent, isOver } = log
  if (position.resumed && isOver) return void (await reply.code(204).send())
  const start = {
    isReturning: cursor !== undefined,
    opening: (random: () => number) => encodeOpening(log, random),
    follow() {
      if (position.gap !== undefined) streams.stats.gaps[position.gap.reason] += 1
      const follower = deps.merged.follow(coverage, position.afterSeq)
      return {
        subject: { sessions: coverage.sessions },
        follower,
        filter,
        next: extent.next,
        gapBefore: (_events: readonly EncodedEvent[], cursor: number) =>
          encodeRemoved(follower.takeRemoved(), cursor),
      }
    },
  }
  startStream(start, reply, deps, streams)
}

function encodeOpening({ position, extent, isOver }: MergedLog, random: () => number): string {
  const { gap, resumed } = position
  const hello = eventStreamForm.hello({ ...extent, resumed, ended: isOver }, random)
  return gap === undefined ? hello : hello + encodeControl('stream.gap', { ...gap, ...extent })
}

/** Sessions that were removed while they were followed: what was not sent of them is gone. */
function encodeRemoved(sessions: readonly string[], cursor: number): string {
  if (sessions.length === 0) return ''
  return encodeControl('stream.gap', { reason: 'purged', requested: String(cursor), sessions })
}
