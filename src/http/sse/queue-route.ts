import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { QueueFollower, QueueNews, Workers } from '../../modules/workers/types.ts'
import { problemsOf } from '../docs-of.ts'
import { queueNameSchema, refuseBeyondQueues } from '../worker-body.ts'
import { chooseRepresentation } from './accept.ts'
import { encodeControl, type StreamedEvent } from './frame.ts'
import { encodePause } from './goodbye.ts'
import type { StreamRegistry } from './registry.ts'
import { isRefusedForNow, refuseStream, type StartDeps, startStream } from './stream-start.ts'
import type { StreamSource } from './writer.ts'

export interface QueueEventsDeps extends StartDeps {
  readonly workers: Pick<Workers, 'follow'>
}

interface QueueRoute {
  Params: { queue: string }
}

const docs = {
  schema: {
    operationId: 'followQueue',
    tags: ['interactions'],
    summary: 'Follow what a queue asks for',
    description:
      'As Server-Sent Events: `interaction.available` for the oldest thousand that wait when the stream is opened and for each that comes, `interaction.withdrawn` when one has been claimed or is not asked for any more. The events have no id: a stream that is opened again tells anew what waits. It hands nothing out, and never ends by itself.',
    params: z.object({ queue: queueNameSchema }),
    response: {
      200: {
        description: 'The events',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...problemsOf('NOT_ACCEPTABLE', 'RATE_LIMITED'),
    },
  },
  serializerCompiler: () => (value: unknown) => JSON.stringify(value),
}

/** GET /v1/queues/:queue/events */
export function registerQueueEvents(
  app: FastifyInstance,
  deps: QueueEventsDeps,
  streams: StreamRegistry,
): void {
  app.register(async (scope) => {
    await scope.register(fastifySSE, { heartbeatInterval: 0 })
    // A derived HEAD route would hold its connection.
    const config = { scope: 'work', isStream: true } as const
    const options = { ...docs, config, sse: 'manual', exposeHeadRoute: false } as const
    scope.get<QueueRoute>('/v1/queues/:queue/events', options, async (request, reply) => {
      answer(request, reply, deps, streams)
    })
  })
}

function answer(
  request: FastifyRequest<QueueRoute>,
  reply: FastifyReply,
  deps: QueueEventsDeps,
  streams: StreamRegistry,
): void {
  if (isRefusedForNow(request)) return refuseStream('unavailable', reply, deps, streams)
  if (chooseRepresentation(request.headers.accept) !== 'stream') {
    throw new StepstreamError('NOT_ACCEPTABLE', 'The events of a queue come as text/event-stream.')
  }
  const { queue } = request.params
  refuseBeyondQueues(request, queue)
  const start = {
    isReturning: false,
    opening: (random: () => number) =>
      encodePause('open', random) + encodeControl('stream.hello', { queue }),
    follow: () => ({
      subject: { queue },
      follower: sourceOf(deps.workers.follow(request.tenant, queue)),
      filter: undefined,
      next: 0,
      gapBefore: () => '',
    }),
  }
  startStream(start, reply, deps, streams)
}

/** A queue as a stream is read from it: it has no places that a client could come back to. */
function sourceOf(follower: QueueFollower): StreamSource {
  return {
    cursor: 0,
    lag: 0,
    ended: false,
    pull: () => follower.pull()?.then((news) => news.map(eventOf)),
    onWake: (listener) => follower.onWake(listener),
    close: () => follower.close(),
  }
}

function eventOf({ type, asked, ...news }: QueueNews): StreamedEvent {
  const { at, ...rest } = asked ?? {}
  const body = {
    ...news,
    ...(at === undefined ? {} : { kind: 'worker', ...rest, askedAt: new Date(at).toISOString() }),
  }
  return { seq: 0, type, body: JSON.stringify(body) }
}
