import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { Json } from '../../json.ts'
import type { OpenInteraction } from '../../modules/interactions/types.ts'
import { usesOf } from '../../session/uses.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { hasScope } from '../scopes.ts'
import { claimantSchema, refuseBeyondQueues } from '../worker-body.ts'

/** How large a result may be. */
const MAX_RESULT_BYTES = 1_048_576

const resultSchema = z
  .strictObject({
    status: z
      .enum(['ok', 'warning', 'error'])
      .describe(
        'ok: the step completes; warning: onWarning decides; error: it is tried again, or fails',
      ),
    output: (z.unknown() as z.ZodType<Json>).optional(),
    error: z
      .strictObject({ code: z.string().max(200).optional(), message: z.string().max(10_000) })
      .optional()
      .describe('What went wrong, or what the warning is about'),
    workerId: claimantSchema,
  })
  .meta({ id: 'InteractionResult' })

/** POST /v1/interactions/:id/result; repeating one is answered as it was the first time. */
export function registerAnswer(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/result',
    {
      config: { audit: 'interaction.result', scope: ['answer', 'work'] },
      schema: {
        tags: ['interactions'],
        operationId: 'answerInteraction',
        summary: 'Report the result of what was asked for',
        description:
          'A result may have 1 MiB, and that of a command as much as MAX_BODY_BYTES. With the scope work it is for what a queue asks for and this worker has claimed.',
        params: z.object({ id: z.string() }),
        body: resultSchema,
        response: {
          202: z
            .object({
              interactionId: z.string(),
              sessionId: z.string(),
              stepId: z.string(),
              status: z.enum(['ok', 'warning', 'error']),
            })
            .describe('The result is on disk'),
          ...problemsOf(
            'INTERACTION_NOT_FOUND',
            'INTERACTION_OVER',
            'INTERACTION_ANSWERED',
            'INTERACTION_LOST',
            'INVALID_VALUE',
            'BODY_TOO_LARGE',
          ),
        },
      },
    },
    async (request, reply) => {
      const { tenant, params, body, caller } = request
      const { workerId: worker, ...result } = body
      const answer = { ...result, worker, actor: caller?.name }
      const accepted = await deps.interactions.answer(tenant, params.id, answer, (asked) => {
        refuseBeyondKey(request, asked)
        refuseTooLarge(request, asked)
      })
      return reply.code(202).send(accepted)
    },
  )
}

/** @throws StepstreamError FORBIDDEN where the key is for other queues, or for queues alone */
function refuseBeyondKey(request: FastifyRequest, { interaction }: OpenInteraction): void {
  const { caller } = request
  if (interaction.queue !== undefined) return refuseBeyondQueues(request, interaction.queue)
  if (caller === undefined || hasScope(caller, 'answer')) return
  const message = `answering ${interaction.id} needs a key with the scope answer`
  throw new StepstreamError('FORBIDDEN', message)
}

/** What commands write has a limit of its own. @throws StepstreamError BODY_TOO_LARGE */
function refuseTooLarge({ rawBody = '' }: FastifyRequest, asked: OpenInteraction): void {
  const bytes = Buffer.byteLength(rawBody)
  if (bytes <= MAX_RESULT_BYTES) return
  if (usesOf(asked.session.state, asked.stepId) === 'command') return
  const message = `the result has ${bytes} bytes, and may have ${MAX_RESULT_BYTES}: put large data behind a URL`
  throw new StepstreamError('BODY_TOO_LARGE', message)
}
