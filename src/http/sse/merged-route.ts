import { fastifySSE } from '@fastify/sse'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Batches } from '../../modules/batches/types.ts'
import type { MergedStreamer } from '../../modules/merged-streamer/types.ts'
import type { Store } from '../../store/types.ts'
import { requireRepresentation } from './accept.ts'
import { readCoverage } from './coverage.ts'
import { readCursor } from './cursor.ts'
import { setEventsHeaders } from './headers.ts'
import { ifPossible } from './if-possible.ts'
import { answerMergedStream } from './merged-answer.ts'
import { type MergedQuery, mergedRouteDocs } from './merged-docs.ts'
import { findMergedLog, startsAtTail } from './merged-log.ts'
import { readMergedPage } from './merged-page.ts'
import type { StreamRegistry } from './registry.ts'
import { isRefusedForNow, refuseStream, type StartDeps } from './stream-start.ts'
import { parseTypesFilter } from './types-filter.ts'

export interface MergedRouteDeps extends StartDeps {
  readonly merged: MergedStreamer
  readonly batches: Pick<Batches, 'isStarted'>
  readonly store: Pick<Store, 'logBounds'>
  /** Whose sessions the request may see. */
  tenantOf(request: FastifyRequest): string
}

interface MergedRoute {
  Querystring: MergedQuery
}

type MergedRequest = FastifyRequest<MergedRoute>

/** GET and HEAD `/v1/events`: the logs of several sessions as one, as Server-Sent Events or as JSON pages. */
export function registerMergedEvents(
  app: FastifyInstance,
  deps: MergedRouteDeps,
  streams: StreamRegistry,
): void {
  const path = '/v1/events'
  app.register(async (scope) => {
    await scope.register(fastifySSE, { heartbeatInterval: 0 })
    // The handler chooses by Accept itself, and a derived HEAD route would hold its connection.
    const config = { scope: 'read', isStream: true } as const
    const options = { ...mergedRouteDocs, config, sse: 'manual', exposeHeadRoute: false } as const
    scope.get<MergedRoute>(path, options, (request, reply) => answer(request, reply, deps, streams))
    const { querystring } = mergedRouteDocs.schema
    const headOptions = { config: { scope: 'read' }, schema: { querystring, hide: true } } as const
    scope.head<MergedRoute>(path, headOptions, (request, reply) => answerHead(request, reply, deps))
  })
}

async function answer(
  request: MergedRequest,
  reply: FastifyReply,
  deps: MergedRouteDeps,
  streams: StreamRegistry,
): Promise<string | undefined> {
  if (isRefusedForNow(request)) {
    refuseStream('unavailable', reply, deps, streams)
    return undefined
  }
  const coverage = readCoverage(request.query, deps.tenantOf(request), deps.batches)
  if (requireRepresentation(request.headers.accept) === 'json') {
    const page = await readMergedPage(coverage, request.query, deps)
    setEventsHeaders(reply, 'json')
    return page
  }
  const filter = parseTypesFilter(request.query.types)
  const cursor = readCursor(reply.sse.lastEventId, request.query.lastEventId)
  const isTail = startsAtTail(request.query.after)
  const log = await ifPossible(request, () => findMergedLog({ coverage, cursor, isTail }, deps))
  await answerMergedStream({ coverage, filter, cursor, log }, reply, deps, streams)
  return undefined
}

async function answerHead(
  request: MergedRequest,
  reply: FastifyReply,
  deps: MergedRouteDeps,
): Promise<void> {
  const coverage = readCoverage(request.query, deps.tenantOf(request), deps.batches)
  const representation = requireRepresentation(request.headers.accept)
  await findMergedLog({ coverage, cursor: undefined, isTail: true }, deps)
  setEventsHeaders(reply, representation)
  await reply.send()
}
