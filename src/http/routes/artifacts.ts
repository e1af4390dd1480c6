import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { StepstreamError } from '../../errors.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'

/** GET /v1/artifacts/:id: bytes that a browser will save, and never run. */
export function registerArtifacts(app: FastifyInstance, { artifacts }: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/artifacts/:id',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['artifacts'],
        operationId: 'getArtifact',
        summary: 'Fetch an artifact',
        params: z.object({ id: z.string() }),
        response: {
          200: {
            description: 'The bytes',
            content: {
              'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
            },
          },
          ...problemsOf('ARTIFACT_NOT_FOUND'),
        },
      },
      // The answer is a stream of bytes: there is nothing to encode.
      serializerCompiler: () => (value) => String(value),
    },
    async (request, reply) => {
      const { id } = request.params
      const found = await artifacts.open(request.tenant, id)
      if (found === undefined) {
        throw new StepstreamError('ARTIFACT_NOT_FOUND', `there is no artifact ${id.slice(0, 64)}`)
      }
      const { record, body } = found
      return reply
        .header('content-type', record.contentType)
        .header('content-length', record.bytes)
        .header('content-disposition', attachment(record.name))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(body as never)
    },
  )
}

/** Source: RFC 6266 and RFC 8187; the plain form for old clients holds ASCII only. */
function attachment(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, '_')
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`
}
