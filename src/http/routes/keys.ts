import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { keyIdPattern } from '../../ids.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import {
  ofTenant,
  queriedTenant,
  readOverlap,
  rotationBodySchema,
  tenantAsked,
} from '../key-body.ts'
import { keyView, keyViewSchema, madeKeySchema, madeKeyView } from '../key-views.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'
import { takesAnyBody } from './plans.ts'

const params = z.object({ id: z.string() })

/** GET /v1/keys; GET and DELETE /v1/keys/:id; POST /v1/keys/:id/rotate */
export function registerKeys(app: FastifyInstance, deps: HttpDeps): void {
  registerList(app, deps)
  registerOne(app, deps)
  registerRotate(app, deps)
}

function registerList(app: FastifyInstance, { keys, clock }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/keys',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['keys'],
        operationId: 'listKeys',
        summary: 'List keys, newest first',
        description:
          'Those that were revoked or have expired are listed for 30 days more; those of the settings are not.',
        querystring: ofTenant.extend({
          ...pageFields(),
        }),
        response: pageAnswers({ keys: z.array(keyViewSchema) }),
      },
    },
    async (request) => {
      const { page, next } = await readListPage(
        request.query,
        keyIdPattern,
        'a list of keys',
        (after, limit) => keys.list(tenantAsked(request, request.query.tenant), after, limit),
        ({ id }) => id,
      )
      return { keys: page.map((key) => keyView(key, clock.now())), next }
    },
  )
}

function registerOne(app: FastifyInstance, { keys, clock }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.get(
    '/v1/keys/:id',
    {
      config: { scope: 'admin' },
      schema: {
        tags: ['keys'],
        operationId: 'getKey',
        summary: 'Get a key',
        params,
        querystring: ofTenant,
        response: {
          200: keyViewSchema.describe('The key, without its secret'),
          ...problemsOf('KEY_NOT_FOUND', 'INVALID_QUERY'),
        },
      },
    },
    async (request) => {
      const tenant = tenantAsked(request, request.query.tenant)
      return keyView(await keys.get({ tenant, id: request.params.id }), clock.now())
    },
  )

  typed.delete(
    '/v1/keys/:id',
    {
      config: { scope: 'admin', audit: 'key.revoke' },
      schema: {
        tags: ['keys'],
        operationId: 'revokeKey',
        summary: 'Revoke a key',
        description:
          'It opens nothing any more, on other replicas within seconds. Its streams end with their next heartbeat, and its tickets and links are good for nothing.',
        params,
        querystring: ofTenant,
        response: {
          204: z.null().describe('It is revoked; repeating it changes nothing'),
          ...problemsOf('KEY_NOT_FOUND', 'INVALID_QUERY'),
        },
      },
    },
    async (request, reply) => {
      const tenant = tenantAsked(request, request.query.tenant)
      await keys.revoke({ tenant, id: request.params.id })
      return reply.code(204).send(null)
    },
  )
}

function registerRotate(app: FastifyInstance, { keys, clock }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/keys/:id/rotate',
    {
      ...takesAnyBody,
      config: { scope: 'admin', audit: 'key.rotate' },
      schema: {
        tags: ['keys'],
        operationId: 'rotateKey',
        summary: 'Give a key another secret',
        description:
          'The one it had works until the overlap ends. Everything else stays, its tickets and links too.',
        params,
        querystring: ofTenant,
        body: rotationBodySchema,
        response: {
          200: madeKeySchema.describe('The key with its new secret'),
          ...problemsOf('KEY_NOT_FOUND', 'KEY_ENDED', 'INVALID_VALUE', 'INVALID_QUERY'),
        },
      },
    },
    async (request, reply) => {
      const tenant = tenantAsked(request, queriedTenant(request))
      const made = await keys.rotate({ tenant, id: request.params.id }, readOverlap(request))
      return reply.header('cache-control', 'no-store').send(madeKeyView(made, clock.now()))
    },
  )
}
