import { z } from 'zod'
import { sessionStatuses, stepStatuses } from '../../../session/status.ts'
import { path } from '../api.ts'
import { cursor, limit, sessionId } from '../arguments.ts'
import { ServiceFault } from '../fault.ts'
import { defineTool, reads } from '../tool.ts'

interface Session {
  readonly steps: readonly { readonly status: string }[]
}

const getSession = defineTool({
  name: 'get_session',
  title: 'Get a session',
  description:
    'A session with its status, variables, error, and each step with status, attempt, output and error. What is long is cut, and says so: stepStatus leaves other steps out, get_steps with a stepId shows more of one.',
  input: {
    sessionId,
    stepStatus: z.enum(stepStatuses).optional().describe('Only the steps with this status'),
  },
  hints: reads,
  async run({ sessionId: id, stepStatus }, { api, signal }) {
    const session = await api.get<Session>(path`/v1/sessions/${id}`, { signal })
    if (stepStatus === undefined) return session
    return { ...session, steps: session.steps.filter(({ status }) => status === stepStatus) }
  },
})

const listSessions = defineTool({
  name: 'list_sessions',
  title: 'List sessions',
  description: 'Lists sessions, newest first, by status, name, saved workflow or label.',
  input: {
    status: z
      .string()
      .optional()
      .describe(`One or more, separated by commas, of ${sessionStatuses.join(', ')}`),
    name: z.string().optional(),
    workflow: z.string().optional().describe('The name of a saved workflow'),
    label: z.string().optional().describe('key:value'),
    parent: z.string().optional().describe('The session whose steps started them'),
    limit,
    cursor,
  },
  hints: reads,
  run: (query, { api, signal }) => api.get('/v1/sessions', { signal, query }),
})

const explainSession = defineTool({
  name: 'explain_session',
  title: 'Explain a session',
  description:
    'Says in sentences why a session and each of its steps stand where they stand, what they wait for, and what would bring them on. Call it when nothing seems to happen.',
  input: { sessionId },
  hints: reads,
  run: ({ sessionId: id }, { api, signal }) =>
    api.get(path`/v1/sessions/${id}/explain`, { signal }),
})

interface Histories {
  readonly steps: readonly { readonly id: string }[]
}

const getSteps = defineTool({
  name: 'get_steps',
  title: 'Get the history of steps',
  description:
    'Every attempt of each step of a session: times, result, output, error, and what people made of it. With a stepId only that step, with more of its output.',
  input: { sessionId, stepId: z.string().optional().describe('One step, by its id') },
  hints: reads,
  async run({ sessionId: id, stepId }, { api, signal }) {
    const histories = await api.get<Histories>(path`/v1/sessions/${id}/steps`, { signal })
    if (stepId === undefined) return histories
    const steps = histories.steps.filter((step) => step.id === stepId)
    if (steps.length > 0) return { steps }
    throw new ServiceFault({
      code: 'STEP_NOT_FOUND',
      detail: `session ${id} has no step "${stepId}"`,
      suggestedAction: `Use one of ${histories.steps.map((step) => step.id).join(', ')}.`,
    })
  },
})

export const sessionTools = [getSession, listSessions, explainSession, getSteps]
