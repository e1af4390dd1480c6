import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { sessionStatuses } from '../../session/status.ts'
import type { HttpDeps } from '../deps.ts'
import { problemsOf } from '../docs-of.ts'
import { findWorkflow, readVersion } from '../find-workflow.ts'
import { etagOf, preconditionOf, preconditions } from '../precondition.ts'
import { workflowVersionSchema, workflowVersionView } from '../workflow-views.ts'

const statsSchema = z
  .object({
    sessions: z.int().describe('How many ended sessions it looks at: the last 1000 at most'),
    byStatus: z.partialRecord(z.enum(sessionStatuses), z.int()),
    successRate: z
      .number()
      .nullable()
      .describe('The share of them that is completed, 0 to 1; null where none has ended'),
    durationMs: z
      .object({ p50: z.number(), p95: z.number() })
      .nullable()
      .describe('From creation to end, of those that completed, with errors or without'),
    failures: z.record(z.string(), z.int()).describe('How many failed, by the code of the error'),
  })
  .meta({ id: 'WorkflowStats' })

/** GET and DELETE /v1/workflows/:name, and what hangs under it. */
export function registerWorkflows(app: FastifyInstance, deps: HttpDeps): void {
  registerOne(app, deps)
  registerStats(app, deps)
}

function registerOne(app: FastifyInstance, deps: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()

  typed.get(
    '/v1/workflows/:name',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['workflows'],
        operationId: 'getWorkflow',
        summary: 'Get the current version of a saved workflow',
        params: z.object({ name: z.string() }),
        response: {
          200: workflowVersionSchema.describe('The current version; its ETag is the version'),
          ...problemsOf('WORKFLOW_NOT_FOUND'),
        },
      },
    },
    async (request, reply) => {
      const workflow = await findWorkflow(request, request.params.name, undefined, deps)
      return reply.header('etag', etagOf(workflow.version)).send(workflowVersionView(workflow))
    },
  )

  typed.get(
    '/v1/workflows/:name/versions/:version',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['workflows'],
        operationId: 'getWorkflowVersion',
        summary: 'Get a version of a saved workflow',
        params: z.object({ name: z.string(), version: z.string() }),
        response: {
          200: workflowVersionSchema.describe('The version'),
          ...problemsOf('WORKFLOW_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { name, version } = request.params
      return workflowVersionView(await findWorkflow(request, name, readVersion(version), deps))
    },
  )

  typed.delete(
    '/v1/workflows/:name',
    {
      config: { scope: 'control', audit: 'workflow.delete' },
      schema: {
        tags: ['workflows'],
        operationId: 'removeWorkflow',
        summary: 'Remove a saved workflow with all its versions; its sessions stay',
        params: z.object({ name: z.string() }),
        headers: z.object(preconditions),
        response: {
          204: z.null().describe('It is gone, and its name is free'),
          ...problemsOf('WORKFLOW_NOT_FOUND', 'PRECONDITION_FAILED', 'INVALID_HEADER'),
        },
      },
    },
    async (request, reply) => {
      const { name } = await findWorkflow(request, request.params.name, undefined, deps)
      await deps.workflows.remove({ tenant: request.tenant, name, ...preconditionOf(request) })
      return reply.code(204).send(null)
    },
  )
}

function registerStats(app: FastifyInstance, deps: HttpDeps): void {
  app.withTypeProvider<ZodTypeProvider>().get(
    '/v1/workflows/:name/stats',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['workflows'],
        operationId: 'getWorkflowStats',
        summary: 'See how the sessions of a saved workflow ended',
        params: z.object({ name: z.string() }),
        response: {
          200: statsSchema.describe('Of the sessions that are kept, whatever their version'),
          ...problemsOf('WORKFLOW_NOT_FOUND'),
        },
      },
    },
    async (request) => {
      const { name } = await findWorkflow(request, request.params.name, undefined, deps)
      return deps.workflows.stats(request.tenant, name)
    },
  )
}
