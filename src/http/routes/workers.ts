import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { WorkerView } from '../../modules/workers/types.ts'
import type { HttpDeps } from '../deps.ts'
import { readListPage } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'

const MAX_PAGE = 1000

const time = z.iso.datetime()

const workerSchema = z
  .object({
    workerId: z.string(),
    queues: z.array(z.string()).describe('Those it asked lately'),
    firstSeenAt: time,
    lastSeenAt: time.describe('When it last asked for work, or kept what it has; to some 15 s'),
    holds: z
      .array(
        z.object({
          interactionId: z.string(),
          sessionId: z.string(),
          stepId: z.string(),
          queue: z.string(),
          since: time,
          leaseUntil: time,
        }),
      )
      .describe('What it has taken and not answered'),
  })
  .meta({ id: 'Worker' })

/** GET /v1/workers: who is there, and what they have. */
export function registerWorkers(app: FastifyInstance, { workers }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/workers',
    {
      config: { scope: ['read', 'work'] },
      schema: {
        tags: ['interactions'],
        operationId: 'listWorkers',
        summary: 'List the workers that are there, newest first',
        description:
          'One that is not heard of for 90 seconds, or for as long as its lease, is listed no more. A key that is limited to queues sees those of its queues.',
        querystring: z.strictObject({
          ...pageFields({ usual: 100, most: MAX_PAGE }),
        }),
        response: pageAnswers({ workers: z.array(workerSchema) }),
      },
    },
    async ({ tenant, query, caller }) => {
      const { page, next } = await readListPage(
        query,
        /^.{1,200}$/su,
        'a list of workers',
        (after, limit) => workers.list(tenant, after, limit),
        ({ id }) => id,
      )
      const shown = page.flatMap((worker) => partOf(worker, caller?.queues))
      return { workers: shown.map(viewOf), next }
    },
  )
}

/** What a key that is limited to queues may see of a worker. */
function partOf(worker: WorkerView, own: readonly string[] | undefined): readonly WorkerView[] {
  if (own === undefined) return [worker]
  const queues = worker.queues.filter((queue) => own.includes(queue))
  if (queues.length === 0) return []
  return [{ ...worker, queues, holds: worker.holds.filter(({ queue }) => own.includes(queue)) }]
}

function viewOf({ id, queues, firstSeenAt, lastSeenAt, holds }: WorkerView) {
  return {
    workerId: id,
    queues: [...queues],
    firstSeenAt: new Date(firstSeenAt).toISOString(),
    lastSeenAt: new Date(lastSeenAt).toISOString(),
    holds: holds.map(({ since, leaseUntil, ...held }) => ({
      ...held,
      since: new Date(since).toISOString(),
      leaseUntil: new Date(leaseUntil).toISOString(),
    })),
  }
}
