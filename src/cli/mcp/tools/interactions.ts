import { z } from 'zod'
import { type Api, path } from '../api.ts'
import { cursor, interactionId, json, limit, sessionId } from '../arguments.ts'
import { ServiceFault } from '../fault.ts'
import { type Call, defineTool, reads } from '../tool.ts'
import { whileWaiting } from '../while-waiting.ts'

const MAX_WAIT_SECONDS = 60

const listInteractions = defineTool({
  name: 'list_interactions',
  title: 'List what is asked for',
  description:
    'Lists what sessions ask of somebody outside and nobody has answered: work for a client, approvals, decisions. With a sessionId that of one session.',
  input: { sessionId: sessionId.optional(), limit, cursor },
  hints: reads,
  run: ({ sessionId: id, ...page }, call) =>
    id === undefined ? pendingEverywhere(page, call) : pendingIn(id, call),
})

const nextInteraction = defineTool({
  name: 'next_interaction',
  title: 'Get what to do next in a session',
  description:
    'For a session that you drive: the oldest command that waits for you, with its interactionId and the resultSchema that the output must fit; do it, then call answer_interaction. Asked twice, it is the same one. `done: true` says that the session has ended; `pending: false` that there is nothing to do now, and what it waits for.',
  input: {
    sessionId,
    waitSeconds: z
      .int()
      .min(0)
      .max(MAX_WAIT_SECONDS)
      .default(0)
      .describe('How long to wait for one to come up'),
  },
  hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  run: ({ sessionId: id, waitSeconds: wait }, call) =>
    whileWaiting(call, `waiting for something to do in ${id}`, () =>
      call.api.post(path`/v1/sessions/${id}/next`, {
        signal: call.signal,
        body: { wait },
        waitMs: wait * 1000,
      }),
    ),
})

const answerInteraction = defineTool({
  name: 'answer_interaction',
  title: 'Report the result of a command',
  description:
    'Reports what came of a command of next_interaction. ok: its step completes with `output`; warning: its workflow decides; error: it is tried again or fails. An output that breaks the resultSchema is refused with a pointer to each fault, and the interaction stays open. The same result again changes nothing.',
  input: {
    interactionId,
    status: z.enum(['ok', 'warning', 'error']),
    output: json.optional().describe('The result; it must fit the resultSchema, if there is one'),
    error: z
      .strictObject({ code: z.string().max(200).optional(), message: z.string().max(10_000) })
      .optional()
      .describe('What went wrong, or what the warning is about'),
    workerId: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('Who has claimed it, for what a queue asks for'),
  },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
  run: ({ interactionId: id, ...body }, { api, signal }) =>
    api.post(path`/v1/interactions/${id}/result`, { signal, body }),
})

const decide = defineTool({
  name: 'decide',
  title: 'Decide what a person is asked',
  description:
    'Answers an approval or a question of a session. approve, reject or push_back (to the step `toStep`, to be done again) for an approval; retry, skip, complete (with an `output`) or fail for a step that failed. It is the decision of somebody responsible: ask the user first, unless you were told to decide.',
  input: {
    interactionId,
    decision: z.enum(['approve', 'reject', 'push_back', 'retry', 'skip', 'complete', 'fail']),
    output: json.optional().describe('The output of the step, where the decision gives it one'),
    toStep: z.string().optional().describe('For push_back: the step to go back to'),
    note: z.string().optional().describe('Why, for the log and for whoever works on it next'),
  },
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  run: ({ interactionId: id, ...body }, { api, signal }) =>
    api.post(path`/v1/interactions/${id}/answer`, { signal, body }),
})

export const interactionTools = [listInteractions, nextInteraction, answerInteraction, decide]

const pendingStates: ReadonlySet<string> = new Set(['pending', 'claimed'])

async function pendingIn(id: string, { api, signal }: Call) {
  const { interactions } = await sessionInteractions(api, id, signal)
  return { interactions: interactions.filter(({ state }) => pendingStates.has(state)) }
}

async function pendingEverywhere(page: { limit: number; cursor?: string | undefined }, call: Call) {
  const { api, signal } = call
  try {
    return await api.get('/v1/interactions', { signal, query: { state: 'pending', ...page } })
  } catch (error) {
    if (!(error instanceof ServiceFault && error.fault.code === 'ROUTE_NOT_FOUND')) throw error
    throw new ServiceFault(
      {
        ...error.fault,
        detail: 'this service lists interactions by session only',
        suggestedAction:
          'Call list_sessions with status "waiting", then this tool with the sessionId of each.',
      },
      { cause: error },
    )
  }
}

function sessionInteractions(api: Api, id: string, signal: AbortSignal) {
  return api.get<{ interactions: readonly { state: string }[] }>(
    path`/v1/sessions/${id}/interactions`,
    { signal },
  )
}
