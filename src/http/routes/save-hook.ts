import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { hookBodySchema, readHookBody } from '../hook-body.ts'
import { hookLinks, hookView, hookViewSchema } from '../hook-views.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import { takesAnyBody } from './plans.ts'

/** It is written anew with what becomes of each call or event. */
const MAX_HOOK_BYTES = 65_536

const takesAHook = { ...takesAnyBody, bodyLimit: MAX_HOOK_BYTES }

const problems = [
  'INVALID_VALUE',
  'INVALID_EXPRESSION',
  'UNKNOWN_SECRET',
  'WORKFLOW_NOT_FOUND',
  'BODY_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
] as const

/** POST /v1/hooks and PUT /v1/hooks/:id */
export function registerSaveHook(app: FastifyInstance, { hooks }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.post(
    '/v1/hooks',
    {
      ...takesAHook,
      config: { scope: 'control', audit: 'hook.create' },
      schema: {
        tags: ['hooks'],
        operationId: 'createHook',
        summary: 'Start a saved workflow when it is called, or when something happens to sessions',
        description:
          'Takes up to 64 KiB of JSON or YAML. The workflow, its inputs and every expression are checked.',
        body: hookBodySchema,
        response: {
          201: hookViewSchema.describe('The hook; its ETag is its revision'),
          ...problemsOf(...problems, 'TOO_MANY_HOOKS'),
        },
      },
    },
    async (request, reply) => {
      const hook = await hooks.create(request.tenant, readHookBody(request.body))
      return reply
        .code(201)
        .header('location', hookLinks(hook).self)
        .header('etag', etagOf(hook.revision))
        .send(hookView(hook))
    },
  )

  typed.put(
    '/v1/hooks/:id',
    {
      ...takesAHook,
      config: { scope: 'control', audit: 'hook.replace' },
      schema: {
        tags: ['hooks'],
        operationId: 'replaceHook',
        summary: 'Replace what a hook does; its history stays',
        description: 'Whether it is paused stays as it is where nothing is said.',
        params: z.object({ id: z.string() }),
        headers: z.object(preconditions),
        body: hookBodySchema,
        response: {
          200: hookViewSchema.describe('As it is now'),
          ...problemsOf(...problems, 'HOOK_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
        },
      },
    },
    async (request, reply) => {
      const key = { tenant: request.tenant, id: request.params.id, ...preconditionOf(request) }
      const hook = await hooks.replace(key, readHookBody(request.body))
      return reply.header('etag', etagOf(hook.revision)).send(hookView(hook))
    },
  )
}
