import type { AddressInfo } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Clock } from '../../../../src/clock.ts'
import { errors, StepstreamError } from '../../../../src/errors.ts'
import type { EventStreams } from '../../../../src/http/sse/registry.ts'
import { registerEventsRoute } from '../../../../src/http/sse/route.ts'
import { createExecutorStreamer } from '../../../../src/modules/executor-streamer/index.ts'
import type { ExecutorStreamer } from '../../../../src/modules/executor-streamer/types.ts'
import { ManualClock } from '../../../support/manual-clock.ts'
import { LogDouble } from './log-double.ts'

export interface ServeOptions {
  readonly clock?: Clock
  readonly maxEvents?: number
  readonly maxFollowers?: number
  readonly stallMs?: number
  readonly heartbeatMs?: number
  readonly random?: () => number
}

export interface Served extends AsyncDisposable {
  readonly app: FastifyInstance
  readonly log: LogDouble
  readonly streamer: ExecutorStreamer
  readonly streams: EventStreams
  readonly port: number
  url(sessionId: string, query?: string): string
}

/** The events route alone, listening on a free port, over a log in memory. */
export async function serve(options: ServeOptions = {}): Promise<Served> {
  const clock = options.clock ?? new ManualClock()
  const log = new LogDouble()
  const streamer = createExecutorStreamer({
    store: log,
    clock,
    maxEvents: options.maxEvents ?? 1000,
    ttlMs: 3_600_000,
    maxTotalBytes: 64 * 1024 * 1024,
  })
  log.onCommit((commits) => streamer.publish(commits))
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof StepstreamError)) throw error
    const { code, message } = error
    return reply.code(errors[code].status).type('application/problem+json').send({ code, message })
  })
  const streams = registerEventsRoute(app, {
    streamer,
    store: log,
    clock,
    log: app.log,
    tenantOf: (request) => String(request.headers['x-tenant'] ?? 'default'),
    limits: { maxFollowers: options.maxFollowers ?? 1000, stallMs: options.stallMs ?? 30_000 },
    heartbeatMs: options.heartbeatMs ?? 15_000,
    random: options.random ?? (() => 0.5),
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    log,
    streamer,
    streams,
    port,
    url: (sessionId, query = '') =>
      `http://127.0.0.1:${port}/v1/sessions/${sessionId}/events${query}`,
    async [Symbol.asyncDispose]() {
      await app.close()
      streamer.close()
    },
  }
}
