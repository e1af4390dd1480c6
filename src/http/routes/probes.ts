import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { ModuleHealth } from '../../modules/health/types.ts'
import type { HttpDeps } from '../deps.ts'
import { isVerbose } from '../scopes.ts'
import { createStoreProbe } from '../store-probe.ts'

const healthStatus = z
  .enum(['ok', 'degraded', 'failed'])
  .describe('degraded: it works less well than it should; failed: no new work is taken')

const moduleHealthSchema = z
  .object({
    status: healthStatus,
    detail: z.string().optional(),
    errors: z.int().describe('Since the start: what it logged as an error, and failed checks'),
    checkedAt: z.iso.datetime(),
  })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))
  .meta({ id: 'ModuleHealth', description: 'How a part of the service is, with its figures' })

const readySchema = z.object({
  status: z.enum(['ready', 'unavailable', 'shutting_down']),
  store: z.object({ writable: z.boolean(), detail: z.string().optional() }),
  sessions: z.object({ running: z.int(), queued: z.int() }),
  health: healthStatus.optional().describe('With ?verbose: of the whole'),
  modules: z.record(z.string(), moduleHealthSchema).optional().describe('With ?verbose'),
})

/** GET /healthz, /readyz and /metrics */
export function registerProbes(app: FastifyInstance, deps: HttpDeps): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()
  const askStore = createStoreProbe(deps, app.log)
  deps.health.add('store', async () => {
    const askedAt = performance.now()
    const { writable, ...about } = await askStore()
    const probeMs = Math.round((performance.now() - askedAt) * 10) / 10
    return { status: writable ? 'ok' : 'failed', writable, ...about, probeMs }
  })

  routes.get(
    '/healthz',
    {
      config: { scope: 'none' },
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
      config: { scope: 'none' },
      schema: {
        tags: ['operation'],
        operationId: 'getReadiness',
        summary: 'Tell whether new work is taken',
        description:
          'Needs no key. `?verbose` adds how each part of the service is, and needs that of an operator where keys are needed.',
        security: [],
        querystring: z.object({ verbose: z.string().optional() }),
        response: {
          200: readySchema.describe('It is'),
          503: readySchema.describe('Not now'),
          '4xx': z.unknown().describe('Never, but for a wrong host'),
        },
      },
    },
    async (request, reply) => {
      const asked = isVerbose(request) ? deps.health.check() : undefined
      const [store, modules] = await Promise.all([askStore(), asked])
      const status = deps.closing.aborted
        ? 'shutting_down'
        : store.writable
          ? 'ready'
          : 'unavailable'
      const body = { status, store: { ...store }, sessions: deps.processor.load() } as const
      return reply.code(status === 'ready' ? 200 : 503).send({
        ...body,
        ...(modules && { health: overall(status === 'ready', modules), modules: { ...modules } }),
      })
    },
  )

  routes.get(
    '/metrics',
    {
      config: { scope: 'operator' },
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

function overall(
  isReady: boolean,
  modules: Readonly<Record<string, ModuleHealth>>,
): ModuleHealth['status'] {
  if (!isReady) return 'failed'
  return Object.values(modules).every(({ status }) => status === 'ok') ? 'ok' : 'degraded'
}
