import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { hookIdPattern } from '../../ids.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { hookListingSchema, hookListingView, hookView, hookViewSchema } from '../hook-views.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'

const params = z.object({ id: z.string() })

const commands = [
  ['pause', 'Pause a hook: calls are refused, and events of that time never fire it'],
  ['resume', 'Resume a paused hook'],
] as const

/** GET /v1/hooks; GET and DELETE /v1/hooks/:id; POST /v1/hooks/:id/pause and resume */
export function registerHooks(app: FastifyInstance, deps: HttpDeps): void {
  registerList(app, deps)
  registerOne(app, deps)
  registerCommands(app, deps)
}

function registerList(app: FastifyInstance, { hooks }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/hooks',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['hooks'],
        operationId: 'listHooks',
        summary: 'List hooks, newest first',
        querystring: z.strictObject({
          ...pageFields(),
        }),
        response: pageAnswers({ hooks: z.array(hookListingSchema) }),
      },
    },
    async (request) => {
      const { page, next } = await readListPage(
        request.query,
        hookIdPattern,
        'a list of hooks',
        (after, limit) => hooks.list(request.tenant, after, limit),
        ({ id }) => id,
      )
      return { hooks: page.map(hookListingView), next }
    },
  )
}

function registerOne(app: FastifyInstance, { hooks }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.get(
    '/v1/hooks/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['hooks'],
        operationId: 'getHook',
        summary: 'Get a hook with what it did last',
        params,
        response: {
          200: hookViewSchema.describe('The hook; its ETag is its revision'),
          ...problemsOf('HOOK_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const hook = await hooks.get(request.tenant, request.params.id)
      return reply.header('etag', etagOf(hook.revision)).send(hookView(hook))
    },
  )

  typed.delete(
    '/v1/hooks/:id',
    {
      config: { scope: 'control', audit: 'hook.delete' },
      schema: {
        tags: ['hooks'],
        operationId: 'removeHook',
        summary: 'Remove a hook; its sessions stay and go on',
        params,
        headers: z.object(preconditions),
        response: {
          204: z.null().describe('It is gone'),
          ...problemsOf('HOOK_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
        },
      },
    },
    async (request, reply) => {
      const { tenant, params } = request
      await hooks.remove({ tenant, id: params.id, ...preconditionOf(request) })
      return reply.code(204).send(null)
    },
  )
}

function registerCommands(app: FastifyInstance, { hooks }: HttpDeps): void {
  for (const [command, summary] of commands) {
    app.withTypeProvider<ZodTypeProvider>().post(
      `/v1/hooks/:id/${command}`,
      {
        config: { scope: 'control', audit: `hook.${command}` },
        schema: {
          tags: ['hooks'],
          operationId: `${command}Hook`,
          summary,
          params,
          headers: z.object(preconditions),
          response: {
            200: hookViewSchema.describe('As it is now; repeating it changes nothing'),
            ...problemsOf('HOOK_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
          },
        },
      },
      async (request, reply) => {
        const key = { tenant: request.tenant, id: request.params.id, ...preconditionOf(request) }
        const hook = await hooks.setPaused(key, command === 'pause')
        return reply.header('etag', etagOf(hook.revision)).send(hookView(hook))
      },
    )
  }
}
