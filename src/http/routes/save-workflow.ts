import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Saved } from '../../modules/workflows/types.ts'
import { definitionBodySchema } from '../../plan/workflow.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findWorkflow, readVersion } from '../find-workflow.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import { versionLink, workflowLinks } from '../workflow-views.ts'
import { takesAnyBody, warningSchema } from './plans.ts'

const savedSchema = z
  .object({
    name: z.string(),
    version: z.int(),
    warnings: z.array(warningSchema),
    links: z.object({ self: z.string(), versions: z.string(), stats: z.string() }),
  })
  .meta({ id: 'WorkflowSaved' })

const answers = {
  200: savedSchema.describe('The current version has this content already'),
  201: savedSchema.describe('A new version'),
}

const saveSchema = {
  tags: ['workflows'],
  operationId: 'saveWorkflow',
  summary: 'Save a workflow under a name',
  description:
    'Takes a workflow or a bare list of steps, as JSON or YAML, and checks it whole. Each change is a new version; the same content again is none.',
  params: z.object({ name: z.string() }),
  headers: z.object(preconditions),
  body: definitionBodySchema,
  response: {
    ...answers,
    ...problemsOf(
      'INVALID_VALUE',
      'INVALID_HEADER',
      'PRECONDITION_FAILED',
      'BODY_TOO_LARGE',
      'UNSUPPORTED_MEDIA_TYPE',
    ),
  },
}

const restoreSchema = {
  tags: ['workflows'],
  operationId: 'restoreWorkflow',
  summary: 'Make an old version of a workflow current again, as a new version',
  params: z.object({ name: z.string(), version: z.string() }),
  headers: z.object(preconditions),
  response: {
    ...answers,
    ...problemsOf('WORKFLOW_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER', 'INVALID_VALUE'),
  },
}

/** PUT /v1/workflows/:name and POST /v1/workflows/:name/versions/:version/restore */
export function registerSaveWorkflow(app: FastifyInstance, deps: HttpDeps): void {
  const { workflows } = deps
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.put(
    '/v1/workflows/:name',
    { schema: saveSchema, ...takesAnyBody, config: { scope: 'control', audit: 'workflow.save' } },
    async (request, reply) => {
      const { name } = request.params
      const saved = await workflows.save({
        tenant: request.tenant,
        name,
        definition: request.body,
        ...preconditionOf(request),
      })
      return answer(reply, name, saved)
    },
  )

  typed.post(
    '/v1/workflows/:name/versions/:version/restore',
    { schema: restoreSchema, config: { scope: 'control', audit: 'workflow.restore' } },
    async (request, reply) => {
      const version = readVersion(request.params.version)
      const { name } = await findWorkflow(request, request.params.name, version, deps)
      const { tenant } = request
      const saved = await workflows.restore({ tenant, name, version, ...preconditionOf(request) })
      return answer(reply, name, saved)
    },
  )
}

function answer(reply: FastifyReply, name: string, { version, isNew, warnings }: Saved) {
  reply.header('etag', etagOf(version))
  if (isNew) reply.header('location', versionLink(name, version))
  return reply
    .code(isNew ? 201 : 200)
    .send({ name, version, warnings: [...warnings], links: workflowLinks(name) })
}
