import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { workflowNamePattern } from '../../modules/workflows/types.ts'
import type { HttpDeps } from '../deps.ts'
import { findWorkflow } from '../find-workflow.ts'
import { listCursor, readListCursor } from '../list-cursor.ts'
import { pageAnswers, pageFields } from '../page-schema.ts'
import {
  versionListingSchema,
  versionListingView,
  workflowListingSchema,
  workflowListingView,
} from '../workflow-views.ts'

const pageQuery = z.strictObject({
  ...pageFields(),
})

/** GET /v1/workflows and GET /v1/workflows/:name/versions */
export function registerListWorkflows(app: FastifyInstance, deps: HttpDeps): void {
  const typed = app.withTypeProvider<ZodTypeProvider>()
  const { store } = deps

  typed.get(
    '/v1/workflows',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['workflows'],
        operationId: 'listWorkflows',
        summary: 'List saved workflows by name',
        querystring: pageQuery,
        response: pageAnswers({ workflows: z.array(workflowListingSchema) }),
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = cursor && readListCursor(cursor, workflowNamePattern, 'this list')
      const page = await store.listWorkflows(request.tenant, after, limit)
      const last = page.length === limit ? page.at(-1) : undefined
      return { workflows: page.map(workflowListingView), next: listCursor(last?.name) }
    },
  )

  typed.get(
    '/v1/workflows/:name/versions',
    {
      config: { scope: 'read' },
      schema: {
        tags: ['workflows'],
        operationId: 'listWorkflowVersions',
        summary: 'List the versions of a saved workflow, newest first',
        params: z.object({ name: z.string() }),
        querystring: pageQuery,
        response: pageAnswers({ versions: z.array(versionListingSchema) }, 'WORKFLOW_NOT_FOUND'),
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const before = cursor && Number(readListCursor(cursor, /^[1-9]\d{0,8}$/, 'this list'))
      const { name } = await findWorkflow(request, request.params.name, undefined, deps)
      const page = await store.listWorkflowVersions(
        request.tenant,
        name,
        before || undefined,
        limit,
      )
      const last = page.length === limit ? page.at(-1) : undefined
      return { versions: page.map(versionListingView), next: listCursor(last?.version) }
    },
  )
}
