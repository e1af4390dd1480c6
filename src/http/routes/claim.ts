import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HeldInteraction } from '../../modules/workers/types.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { claimedInteractionSchema, claimedInteractionView } from '../interaction-views.ts'
import { patiently } from '../patiently.ts'
import { queueNameSchema, workerIdSchema, workerOf } from '../worker-body.ts'

const MAX_WAIT_SECONDS = 60
const MAX_CLAIMED = 100
const LEASE_MS = { shortest: 5000, usual: 15_000, longest: 600_000 }

/** What workers send is small: results have a limit of their own. */
export const WORKER_BODY_BYTES = 1_048_576

const claimBody = z
  .strictObject({
    queue: queueNameSchema,
    workerId: workerIdSchema,
    wait: z
      .int()
      .min(0)
      .max(MAX_WAIT_SECONDS)
      .default(0)
      .describe('How many seconds to wait until there is something'),
    max: z.int().min(1).max(MAX_CLAIMED).default(1).describe('How many to take at once, at most'),
    leaseMs: z
      .int()
      .min(LEASE_MS.shortest)
      .max(LEASE_MS.longest)
      .default(LEASE_MS.usual)
      .describe('How long what is taken is kept without a heartbeat'),
  })
  .meta({ id: 'Claim' })

/** POST /v1/interactions/claim: a worker takes what its queue asks for. */
export function registerClaim(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/claim',
    {
      bodyLimit: WORKER_BODY_BYTES,
      config: { scope: 'work' },
      schema: {
        tags: ['interactions'],
        operationId: 'claimInteractions',
        summary: 'Take what a queue asks for, the oldest first',
        description:
          'Workers who wait are served in the order in which they came. What is taken must be kept by heartbeats, or it is there for others again.',
        body: claimBody,
        response: {
          200: z
            .object({ interactions: z.array(claimedInteractionSchema) })
            .describe('What was taken; none when there was nothing in time'),
          ...problemsOf('BODY_TOO_LARGE', 'SHUTTING_DOWN'),
        },
      },
    },
    async (request) => {
      const { queue, workerId, wait, max, leaseMs } = request.body
      const claim = { worker: workerOf(request, workerId), queue, max, leaseMs, waits: wait > 0 }
      // Who does not wait goes when nothing was found, however long the store takes to look.
      const waitMs = (wait || MAX_WAIT_SECONDS) * 1000
      const held = await patiently(request, waitMs, deps, (signal) =>
        deps.workers.claim(claim, signal),
      )
      return { interactions: await handOver(request, held, claim.worker, deps) }
    },
  )
}

/** What can be handed over; what cannot is given back at once, not only when its lease ends. */
async function handOver(
  request: FastifyRequest,
  held: readonly HeldInteraction[],
  worker: Parameters<HttpDeps['workers']['release']>[0],
  { interactions, workers }: HttpDeps,
) {
  try {
    const views = await Promise.all(held.map(viewOf))
    if (!request.raw.socket.destroyed) return views.flat()
  } catch (error) {
    await giveBack()
    throw error
  }
  await giveBack()
  return []

  /** One that nobody can do is not put back: it would be the first of its queue for ever. */
  async function viewOf(one: HeldInteraction) {
    const command = await interactions.commandOf(one)
    if (command !== undefined) return [claimedInteractionView(one, command)]
    await interactions.giveUp(one)
    return []
  }

  async function giveBack(): Promise<void> {
    const released = held.map(({ interaction }) => workers.release(worker, interaction.id))
    for (const result of await Promise.allSettled(released)) {
      if (result.status === 'fulfilled') continue
      request.log.warn({ err: result.reason }, 'what nobody took is given back when its lease ends')
    }
  }
}
