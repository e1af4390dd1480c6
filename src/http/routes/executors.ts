import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'

const executorsSchema = z.object({
  executors: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      input: z.record(z.string(), z.unknown()).describe('JSON Schema of `with`'),
    }),
  ),
})

/** GET /v1/executors */
export function registerExecutors(app: FastifyInstance, { executors }: HttpDeps): void {
  const answer = {
    executors: executors.list().map(({ name, description, input }) => ({
      name,
      description,
      input: z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) as Record<
        string,
        unknown
      >,
    })),
  }
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/executors',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['executors'],
        operationId: 'listExecutors',
        summary: 'List the kinds of step',
        response: { 200: executorsSchema.describe('The kinds of step there are'), ...problemsOf() },
      },
    },
    async () => answer,
  )
}
