import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { keyBodySchema, readKeyBody } from '../key-body.ts'
import { keyPath, madeKeySchema, madeKeyView } from '../key-views.ts'
import { takesAnyBody } from './plans.ts'

/** POST /v1/keys */
export function registerCreateKey(app: FastifyInstance, { keys, clock }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/keys',
    {
      ...takesAnyBody,
      config: { scope: 'admin', audit: 'key.create' },
      schema: {
        tags: ['keys'],
        operationId: 'createKey',
        summary: 'Make a key',
        description:
          'Its secret is in this answer and nowhere else. An admin of the tenant `default` is an operator, who may make keys of any tenant; a tenant is there as soon as it has a key.',
        body: keyBodySchema,
        response: {
          201: madeKeySchema.describe('The key with its secret'),
          ...problemsOf('INVALID_VALUE', 'TOO_MANY_KEYS', 'UNSUPPORTED_MEDIA_TYPE'),
        },
      },
    },
    async (request, reply) => {
      const { tenant, ...wanted } = readKeyBody(request, clock.now())
      const made = await keys.create(tenant, wanted)
      return reply
        .code(201)
        .header('location', keyPath(made.key))
        .header('cache-control', 'no-store')
        .send(madeKeyView(made, clock.now()))
    },
  )
}
