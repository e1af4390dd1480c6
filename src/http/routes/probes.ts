import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { createStoreProbe } from '../store-probe.ts'

const readySchema = z.object({
  status: z.enum(['ready', 'unavailable', 'shutting_down']),
  store: z.object({ writable: z.boolean(), detail: z.string().optional() }),
  sessions: z.object({ running: z.int(), queued: z.int() }),
})

/** GET /healthz, /readyz and /metrics */
export function registerProbes(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const askStore = createStoreProbe(deps, app.log)

  routes.get(
    '/healthz',
    {
      schema: {
        tags: ['operation'],
        operationId: 'getHealth',
        summary: 'Tell whether the process is alive',
        security: [],
        response: {
          200: z.object({ status: z.literal('ok') }).describe('It is'),
          '4xx': z.unknown().describe('Never, but for a wrong host'),
        },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  routes.get(
    '/readyz',
    {
      schema: {
        tags: ['operation'],
        operationId: 'getReadiness',
        summary: 'Tell whether new work is taken',
        security: [],
        response: {
          200: readySchema.describe('It is'),
          503: readySchema.describe('Not now'),
          '4xx': z.unknown().describe('Never, but for a wrong host'),
        },
      },
    },
    async (_, reply) => {
      const store = await askStore()
      const status = deps.closing.aborted
        ? 'shutting_down'
        : store.writable
          ? 'ready'
          : 'unavailable'
      const body = { status, store: { ...store }, sessions: deps.processor.load() } as const
      return reply.code(status === 'ready' ? 200 : 503).send(body)
    },
  )

  routes.get(
    '/metrics',
    {
      schema: {
        tags: ['operation'],
        operationId: 'getMetrics',
        summary: 'Figures for Prometheus',
        response: {
          200: {
            description: 'Prometheus text format',
            content: { 'text/plain': { schema: z.string() } },
          },
          '4xx': z.unknown().describe('No key, or a wrong host'),
        },
      },
      serializerCompiler: () => (text) => String(text),
    },
    async (_, reply) =>
      reply.header('content-type', deps.metrics.contentType).send(await deps.metrics.render()),
  )
}
