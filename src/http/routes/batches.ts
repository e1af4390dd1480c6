import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { batchIdPattern } from '../../ids.ts'
import { batchView, batchViewSchema } from '../batch-views.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'

const params = z.object({ id: z.string() })

const commands = [
  ['cancel', 'Cancel a batch: no more sessions start, and those that are unfinished are cancelled'],
  ['pause', 'Pause a batch: no more sessions start, and those that are unfinished are paused'],
  ['resume', 'Resume a paused batch and its paused sessions'],
] as const

/** GET /v1/batches; GET and DELETE /v1/batches/:id; POST …/:id/cancel, pause and resume */
export function registerBatches(app: FastifyInstance, deps: HttpDeps): void {
  registerList(app, deps)
  registerOne(app, deps)
  registerControl(app, deps)
}

function registerList(app: FastifyInstance, { batches }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/batches',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['batches'],
        operationId: 'listBatches',
        summary: 'List batches, newest first',
        querystring: z.strictObject({
          ...pageFields({ usual: 20, most: 100 }),
        }),
        response: pageAnswers({ batches: z.array(batchViewSchema) }),
      },
    },
    async (request) => {
      const { page, next } = await readListPage(
        request.query,
        batchIdPattern,
        'a list of batches',
        (after, limit) => batches.list(request.tenant, after, limit),
        ({ batch }) => batch.id,
      )
      return { batches: page.map(batchView), next }
    },
  )
}

function registerOne(app: FastifyInstance, { batches }: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.get(
    '/v1/batches/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['batches'],
        operationId: 'getBatch',
        summary: 'Get a batch, with how many of its sessions there are by status',
        params,
        response: {
          200: batchViewSchema.describe('The batch'),
          ...problemsOf('BATCH_NOT_FOUND'),
        },
      },
    },
    async ({ tenant, params }) => batchView(await batches.get({ tenant, id: params.id })),
  )

  typed.delete(
    '/v1/batches/:id',
    {
      config: { scope: 'control', audit: 'batch.delete' },
      schema: {
        tags: ['batches'],
        operationId: 'removeBatch',
        summary: 'Remove a batch that has ended; its sessions stay',
        params,
        response: {
          204: z.null().describe('It is gone'),
          ...problemsOf('BATCH_NOT_FOUND', 'BATCH_NOT_ENDED'),
        },
      },
    },
    async ({ tenant, params }, reply) => {
      await batches.remove({ tenant, id: params.id })
      return reply.code(204).send(null)
    },
  )
}

function registerControl(app: FastifyInstance, { batches }: HttpDeps): void {
  for (const [command, summary] of commands) {
    app.withTypeProvider<ZodTypeProvider>().post(
      `/v1/batches/:id/${command}`,
      {
        config: { scope: 'control', audit: `batch.${command}` },
        schema: {
          tags: ['batches'],
          operationId: `${command}Batch`,
          summary,
          params,
          body: z
            .strictObject({ reason: z.string().max(1000).optional() })
            .nullish()
            .meta({ description: 'Why, for the audit log' }),
          response: {
            202: batchViewSchema.describe(
              'The command is on disk, and the sessions will be told; repeating it changes nothing',
            ),
            ...problemsOf('BATCH_NOT_FOUND', 'BATCH_ENDED', 'ILLEGAL_TRANSITION', 'INVALID_VALUE'),
          },
        },
      },
      async ({ tenant, params }, reply) => {
        const standing = await batches[command]({ tenant, id: params.id })
        return reply.code(202).send(batchView(standing))
      },
    )
  }
}
