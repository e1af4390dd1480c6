import { z } from 'zod'
import { path } from '../api.ts'
import { json, reason, sessionId } from '../arguments.ts'
import { defineTool } from '../tool.ts'

const controlSession = defineTool({
  name: 'control_session',
  title: 'Control a session',
  description:
    'pause: running attempts finish, nothing new starts. resume: goes on. cancel: stops it for good. rollback: stops it and undoes the steps that completed. retry: starts a new session (see sessionId in the answer) that does again what failed in an ended one and keeps the rest. recover: takes up one that was set aside after crashes.',
  input: {
    sessionId,
    action: z.enum(['pause', 'resume', 'cancel', 'rollback', 'retry', 'recover']),
    reason: reason.describe('Why, for the log; not for retry'),
    inputs: z
      .record(z.string(), json)
      .optional()
      .describe('For retry: values in place of those it was started with'),
    steps: z
      .record(z.string(), z.record(z.string(), json))
      .optional()
      .describe('For retry: { with, when, retry, timeout } in place of the step’s own, by its id'),
  },
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  run: ({ sessionId: id, action, ...body }, { api, signal }) =>
    api.post(path`/v1/sessions/${id}/${action}`, { signal, body }),
})

const controlStep = defineTool({
  name: 'control_step',
  title: 'Control a step',
  description:
    'Settles a step that waits for a person or has failed: retry runs it again, skip goes on without it, complete gives it an output in its place, fail lets it fail. pause keeps a step from beginning, resume lets it. Only while the session has not ended.',
  input: {
    sessionId,
    stepId: z.string(),
    action: z.enum(['retry', 'skip', 'complete', 'fail', 'pause', 'resume']),
    output: json.optional().describe('For complete: the output of the step'),
    reason,
  },
  hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
  run: ({ sessionId: id, stepId, action, ...body }, { api, signal }) =>
    api.post(path`/v1/sessions/${id}/steps/${stepId}/${action}`, { signal, body }),
})

const sendSignal = defineTool({
  name: 'send_signal',
  title: 'Send a signal to a session',
  description:
    'Wakes the step of a session that waits for a signal of this name. One that comes early is kept.',
  input: {
    sessionId,
    name: z.string().describe('The name of the signal'),
    payload: json.optional().describe('What the step gets'),
  },
  hints: { readOnlyHint: false, destructiveHint: false, idempotentHint: false },
  run: ({ sessionId: id, name, ...body }, { api, signal }) =>
    api.post(path`/v1/sessions/${id}/signals/${name}`, { signal, body }),
})

export const controlTools = [controlSession, controlStep, sendSignal]
