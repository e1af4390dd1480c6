import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { CacheEntry } from '../../modules/step-cache/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'

const time = z.iso.datetime()

const entrySchema = z
  .object({
    entryId: z.string(),
    text: z.string().describe('The sentence or goal; variables are named, never their values'),
    url: z.string().describe('Where it begins: origin and path, `*` for an id in it'),
    actions: z.int().describe('How many actions it comes to'),
    pending: z
      .boolean()
      .describe('Found once, by its place only: used when it has been found the same way again'),
    hits: z.int().describe('How often it was done again and worked'),
    failures: z.int().describe('How often in a row it did not work; it goes after two'),
    createdAt: time,
    lastUsedAt: time,
  })
  .meta({ id: 'StepCacheEntry' })

const idPattern = /^[0-9a-f]{64}$/

/** GET and DELETE /v1/step-cache; DELETE /v1/step-cache/:id */
export function registerStepCache(app: FastifyInstance, deps: HttpDeps): void {
  registerList(app, deps)
  registerRemove(app, deps)
}

function registerList(app: FastifyInstance, { stepCache }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/step-cache',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['step cache'],
        operationId: 'listStepCache',
        summary: 'List what is kept for doing it again without the AI, last used first',
        querystring: z.strictObject({
          ...pageFields(),
        }),
        response: pageAnswers({ entries: z.array(entrySchema) }),
      },
    },
    async ({ tenant, query }) => {
      const { page, next } = await readListPage(
        query,
        idPattern,
        'a list of cache entries',
        (after, limit) => stepCache.list(tenant, after, limit),
        ({ id }) => id,
      )
      return { entries: page.map(viewOf), next }
    },
  )
}

function registerRemove(app: FastifyInstance, { stepCache }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.delete(
    '/v1/step-cache',
    {
      config: { scope: 'control', audit: 'cache.clear' },
      schema: {
        tags: ['step cache'],
        operationId: 'clearStepCache',
        summary: 'Forget everything that is kept for doing it again',
        response: {
          200: z.object({ removed: z.int() }).describe('How many entries there were'),
          ...problemsOf(),
        },
      },
    },
    async ({ tenant }) => ({ removed: await stepCache.clear(tenant) }),
  )

  typed.delete(
    '/v1/step-cache/:id',
    {
      config: { scope: 'control', audit: 'cache.remove' },
      schema: {
        tags: ['step cache'],
        operationId: 'removeStepCacheEntry',
        summary: 'Forget one entry: what it does is found anew next time',
        params: z.object({ id: z.string() }),
        response: {
          204: z.null().describe('It is gone'),
          ...problemsOf('CACHE_ENTRY_NOT_FOUND'),
        },
      },
    },
    async ({ tenant, params }, reply) => {
      await stepCache.remove(tenant, params.id)
      return reply.code(204).send(null)
    },
  )
}

function viewOf({ id, createdAt, lastUsedAt, ...entry }: CacheEntry) {
  return {
    entryId: id,
    ...entry,
    createdAt: new Date(createdAt).toISOString(),
    lastUsedAt: new Date(lastUsedAt).toISOString(),
  }
}
