import { idempotencyKey, workflowArguments } from '../arguments.ts'
import { defineTool, reads } from '../tool.ts'

const listExecutors = defineTool({
  name: 'list_executors',
  title: 'List the kinds of step',
  description:
    'Lists the executors that steps can name in `uses`, each with the JSON Schema of its `with`. Call it before you write structured steps.',
  input: {},
  hints: reads,
  run: (_, { api, signal }) => api.get('/v1/executors', { signal }),
})

const checkPlan = defineTool({
  name: 'check_plan',
  title: 'Check a workflow',
  description:
    'Compiles a workflow and starts nothing: shows every sentence as a typed step, every default filled in, warnings and an estimate; or every fault with a pointer to its place in these arguments.',
  input: workflowArguments,
  hints: reads,
  run: (body, { api, signal }) => api.post('/v1/plans', { signal, body }),
})

const startSession = defineTool({
  name: 'start_session',
  title: 'Start a session',
  description:
    'Starts a workflow and answers at once with its sessionId: give `steps`, or `workflow` for a saved or a whole one. Then call follow_session. What is wrong comes as faults with pointers into these arguments, and nothing has started.',
  input: { ...workflowArguments, idempotencyKey },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  run: ({ idempotencyKey: key, ...body }, { api, signal }) =>
    api.post('/v1/sessions', {
      signal,
      body,
      ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }),
    }),
})

export const startTools = [listExecutors, checkPlan, startSession]
