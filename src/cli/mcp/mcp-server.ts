import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Api } from './api.ts'
import { addPrompts } from './prompts.ts'
import { addResources } from './resources.ts'
import { addTool } from './tool.ts'
import { controlTools } from './tools/control.ts'
import { followTools } from './tools/follow.ts'
import { interactionTools } from './tools/interactions.ts'
import { sessionTools } from './tools/sessions.ts'
import { startTools } from './tools/start.ts'
import { workflowTools } from './tools/workflows.ts'

/** Every tool there is, as `docs/agents.md` lists them. */
export const tools = [
  ...startTools,
  ...followTools,
  ...sessionTools,
  ...controlTools,
  ...interactionTools,
  ...workflowTools,
]

const instructions = `Stepstream runs workflows: a list of steps becomes a session, which survives crashes and keeps a log of events.

Usual way: start_session, then follow_session until it says ended, passing \`next\` as \`after\`. When follow_session shows attention, somebody must act: next_interaction and answer_interaction for work that you are to do, decide for approvals and failed steps (ask the user first), control_session where it is paused.

A refused call answers with an error: its code, detail, faults with JSON pointers into your arguments, and suggestedAction. Correct the arguments and call again. FORBIDDEN means that the key of this connection lacks the scope that the detail names: tell the user.`

/** One connection's view of a service: what its key may do, the service decides. */
export function createMcpServer(api: Api, version: string): McpServer {
  const server = new McpServer(
    { name: 'stepstream', title: 'Stepstream', version },
    { instructions },
  )
  for (const tool of tools) addTool(server, tool, api)
  addResources(server, api)
  addPrompts(server, api)
  return server
}
