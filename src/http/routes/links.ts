import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { durationSchema } from '../../duration-schema.ts'
import { StepstreamError } from '../../errors.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { parseBody } from '../parse-body.ts'
import { takesAnyBody } from './plans.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const DEFAULT_TTL_MS = 7 * DAY_MS
const MAX_TTL_MS = 90 * DAY_MS

const bodySchema = z
  .strictObject({
    actor: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('The person it is for. Default: the name of the key'),
    expiresIn: durationSchema.optional().describe('Up to 90d. Default: 7d.'),
  })
  .nullish()
  .meta({ id: 'LinkBody' })

const linkSchema = z
  .object({
    url: z.string().describe('Of this service; whoever opens it may answer, without a key'),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Link' })

/** POST /v1/interactions/:id/links */
export function registerLinks(app: FastifyInstance, { interactions }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/interactions/:id/links',
    {
      ...takesAnyBody,
      config: { audit: 'interaction.link', scope: 'answer' },
      schema: {
        tags: ['interactions'],
        operationId: 'createLink',
        summary: 'Get a link by which a person without a key can answer an approval, once',
        description:
          'It is good until it expires, or the key that it was made with does or is revoked.',
        params: z.object({ id: z.string() }),
        body: bodySchema,
        response: {
          201: linkSchema.describe('It is kept nowhere'),
          ...problemsOf(
            'INTERACTION_NOT_FOUND',
            'INTERACTION_OVER',
            'INTERACTION_MISMATCH',
            'NOT_AN_APPROVER',
            'INVALID_VALUE',
            'UNSUPPORTED_MEDIA_TYPE',
          ),
        },
      },
    },
    async ({ tenant, params, body, caller }, reply) => {
      const { actor, expiresIn: ttlMs = DEFAULT_TTL_MS } = parseBody(bodySchema, body) ?? {}
      refuseTime(ttlMs)
      const wanted = { tenant, interactionId: params.id, actor, caller, ttlMs }
      const { token, expiresAt } = await interactions.issueLink(wanted)
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({
          url: `/v1/interactions/${params.id}/link?token=${token}`,
          expiresAt: new Date(expiresAt).toISOString(),
        })
    },
  )
}

/** @throws StepstreamError with the fault */
function refuseTime(expiresIn: number): void {
  if (expiresIn > 0 && expiresIn <= MAX_TTL_MS) return
  const message = 'a link is good for up to 90d'
  throw StepstreamError.fromFaults([{ pointer: '/expiresIn', code: 'INVALID_VALUE', message }])
}
