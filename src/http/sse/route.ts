import { fastifySSE } from '@fastify/sse'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../clock.ts'
import { StepstreamError } from '../../errors.ts'
import type { ExecutorStreamer } from '../../modules/executor-streamer/types.ts'
import type { LogExtent, Store } from '../../store/types.ts'
import { requireAnyRepresentation } from './accept.ts'
import { readCursor } from './cursor.ts'
import { eventStreamForm } from './event-stream-form.ts'
import { setEventsHeaders } from './headers.ts'
import { ifPossible } from './if-possible.ts'
import { parsePageQuery, readLogPage } from './log-page.ts'
import { StreamRegistry } from './registry.ts'
import { eventsRouteDocs } from './route-docs.ts'
import { answerStream } from './stream-answer.ts'
import { textForm } from './text-form.ts'
import { parseTypesFilter } from './types-filter.ts'

const STALL_MS = 30_000

export interface EventsRouteDeps {
  readonly streamer: ExecutorStreamer
  readonly store: Pick<Store, 'readEvents'>
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Whose sessions the request may see. */
  tenantOf(request: FastifyRequest): string
  readonly limits: {
    /** How many streams may be open at once. */
    readonly maxFollowers: number
    /** How long a client may read nothing before it is cut. @default 30 s */
    readonly stallMs?: number
  }
  /** The pause after which a silent stream gets a comment. */
  readonly heartbeatMs: number
  /** Yields numbers in [0, 1), to spread reconnects. @default Math.random */
  readonly random?: () => number
}

interface EventsRoute {
  Params: { id: string }
  Querystring: { types?: unknown; lastEventId?: unknown; after?: unknown; limit?: unknown }
}

type EventsRequest = FastifyRequest<EventsRoute>

/**
 * GET and HEAD `/v1/sessions/:id/events`: a session's log as Server-Sent Events, as lines for people, or as JSON
 * pages.
 * Says goodbye on every stream before the server closes.
 */
export function registerEventsRoute(app: FastifyInstance, deps: EventsRouteDeps): StreamRegistry {
  const path = '/v1/sessions/:id/events'
  const streams = new StreamRegistry({
    clock: deps.clock,
    log: deps.log,
    heartbeatMs: deps.heartbeatMs,
    stallMs: deps.limits.stallMs ?? STALL_MS,
    random: deps.random ?? Math.random,
  })
  app.addHook('preClose', () => streams.closeAll())
  app.register(async (scope) => {
    await scope.register(fastifySSE, { heartbeatInterval: 0 })
    // The handler chooses by Accept itself, and a derived HEAD route would hold its connection.
    const config = { scope: 'read', takesTickets: true } as const
    const options = {
      ...eventsRouteDocs,
      config: { ...config, isStream: true },
      sse: 'manual',
      exposeHeadRoute: false,
    } as const
    scope.get<EventsRoute>(path, options, (request, reply) => answer(request, reply, deps, streams))
    scope.head<EventsRoute>(path, { config }, (request, reply) => answerHead(request, reply, deps))
  })
  return streams
}

async function answer(
  request: EventsRequest,
  reply: FastifyReply,
  deps: EventsRouteDeps,
  streams: StreamRegistry,
): Promise<string | undefined> {
  const representation = requireAnyRepresentation(request.headers.accept)
  if (representation === 'json') return answerPage(request, reply, deps)
  const asked = {
    sessionId: request.params.id,
    filter: parseTypesFilter(request.query.types),
    cursor: readCursor(reply.sse.lastEventId, request.query.lastEventId),
    extent: await ifPossible(request, () => findLog(request, deps)),
    form: representation === 'text' ? textForm : eventStreamForm,
  }
  await answerStream(asked, reply, deps, streams)
  return undefined
}

async function answerPage(
  request: EventsRequest,
  reply: FastifyReply,
  deps: EventsRouteDeps,
): Promise<string> {
  const extent = await findLog(request, deps)
  const query = parsePageQuery(request.query, extent)
  const page = await readLogPage(deps.store, request.params.id, query, extent)
  setEventsHeaders(reply, 'json')
  return page
}

async function answerHead(
  request: EventsRequest,
  reply: FastifyReply,
  deps: EventsRouteDeps,
): Promise<void> {
  const representation = requireAnyRepresentation(request.headers.accept)
  await findLog(request, deps)
  setEventsHeaders(reply, representation)
  await reply.send()
}

/** @throws StepstreamError SESSION_NOT_FOUND, also for a session of another tenant */
async function findLog(request: EventsRequest, deps: EventsRouteDeps): Promise<LogExtent> {
  const tenant = deps.tenantOf(request)
  const extent = await deps.streamer.extent(request.params.id)
  if (extent !== undefined && extent.tenant === tenant) return extent
  throw new StepstreamError('SESSION_NOT_FOUND', 'There is no session with this id.')
}
