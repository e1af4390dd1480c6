import { z } from 'zod'
import { path } from '../api.ts'
import { cursor, limit } from '../arguments.ts'
import { defineTool, reads } from '../tool.ts'

const listWorkflows = defineTool({
  name: 'list_workflows',
  title: 'List saved workflows',
  description: 'Lists the saved workflows that start_session can start by name.',
  input: { limit, cursor },
  hints: reads,
  run: (query, { api, signal }) => api.get('/v1/workflows', { signal, query }),
})

const getWorkflow = defineTool({
  name: 'get_workflow',
  title: 'Get a saved workflow',
  description: 'A saved workflow with its definition: the inputs it takes, and its steps.',
  input: {
    name: z.string(),
    version: z.int().min(1).optional().describe('Default: the current one'),
  },
  hints: reads,
  run: ({ name, version }, { api, signal }) =>
    api.get(
      version === undefined
        ? path`/v1/workflows/${name}`
        : path`/v1/workflows/${name}/versions/${String(version)}`,
      { signal },
    ),
})

export const workflowTools = [listWorkflows, getWorkflow]
