import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { GetPromptResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { type Api, path } from './api.ts'
import { orProtocolError } from './resources.ts'
import { fittingJson } from './shorten.ts'

const sessionId = z.string().describe('The session, such as ses_01M7…')

/** Adds what people start with: to find out why a session failed, and to work through one. */
export function addPrompts(server: McpServer, api: Api): void {
  server.registerPrompt(
    'diagnose_session',
    {
      title: 'Diagnose a session',
      description: 'Find out why a session failed or does not go on, and what to do about it',
      argsSchema: { sessionId },
    },
    async ({ sessionId: id }, { signal }) => {
      const [session, explanation] = await orProtocolError(
        Promise.all([
          api.get(path`/v1/sessions/${id}`, { signal }),
          api.get(path`/v1/sessions/${id}/explain`, { signal }),
        ]),
      )
      return asked(`Find out why the Stepstream session ${id} failed, or why it does not go on.

Look at each step that failed or waits: get_steps with its stepId has all attempts and errors, and follow_session with types "step.output,warning.issued" and waitSeconds 0 what it printed. Then say, in a few sentences: which step is the cause, what went wrong there, whether trying again can help, and what you propose. Change nothing before I agree; then control_session (retry) or control_step does it.

The session:
${fittingJson(session)}

What it waits for:
${fittingJson(explanation)}`)
    },
  )
  server.registerPrompt(
    'drive_session',
    {
      title: 'Work through a session',
      description: 'Do what a session asks its client to do, one command after the other',
      argsSchema: { sessionId },
    },
    ({ sessionId: id }) =>
      asked(
        `Work through the Stepstream session ${id}. Call next_interaction with waitSeconds 20 until it answers done: true. For each command that it hands out, do what the command says, then call answer_interaction with status ok and an output that fits its resultSchema; if you cannot do it, with status error and a message that says why. Leave approvals and decisions to me. At the end say how the session ended and what came out of it.`,
      ),
  )
}

function asked(text: string): GetPromptResult {
  return { messages: [{ role: 'user', content: { type: 'text', text } }] }
}
