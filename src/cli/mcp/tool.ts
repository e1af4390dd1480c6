import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import type {
  CallToolResult,
  ServerNotification,
  ServerRequest,
} from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { Api } from './api.ts'
import { ServiceFault } from './fault.ts'
import { fittingJson } from './shorten.ts'

/** What one call of a tool has at hand. */
export interface Call {
  readonly api: Api
  /** Aborts when the client cancels the call or leaves. */
  readonly signal: AbortSignal
  /** Tells a client that asked for it how a long call goes on. */
  progress(message: string): void
}

export interface Tool<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly name: string
  readonly title: string
  /** For a model: what it does, and when to use it. */
  readonly description: string
  readonly input: Shape
  readonly hints: {
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    /** Calling it again with the same arguments changes nothing more. */
    readonly idempotentHint: boolean
  }
  /** What the model is told, as JSON. @throws ServiceFault */
  run(input: z.output<z.ZodObject<Shape>>, call: Call): Promise<unknown>
}

export const reads = { readOnlyHint: true, destructiveHint: false, idempotentHint: true }

/** Keeps what `run` gets in step with `input`. */
export function defineTool<Shape extends z.ZodRawShape>(tool: Tool<Shape>): Tool {
  return tool as unknown as Tool
}

/** Adds a tool; whatever its call ends in is an answer. */
export function addTool(server: McpServer, tool: Tool, api: Api): void {
  const { name, title, description, input, hints } = tool
  server.registerTool(
    name,
    { title, description, inputSchema: z.strictObject(input), annotations: hints },
    async (given, extra): Promise<CallToolResult> => {
      const call = { api, signal: extra.signal, progress: progressTo(extra) }
      try {
        return textOf(await tool.run(given, call))
      } catch (error) {
        return { ...textOf({ error: faultIn(error) }), isError: true }
      }
    },
  )
}

function textOf(value: unknown): CallToolResult {
  return { content: [{ type: 'text', text: fittingJson(value) }] }
}

function faultIn(error: unknown) {
  if (error instanceof ServiceFault) return error.fault
  return { code: 'FAILED', detail: error instanceof Error ? error.message : String(error) }
}

/** The seconds that have passed, since nobody knows how many there will be. */
function progressTo(
  extra: RequestHandlerExtra<ServerRequest, ServerNotification>,
): Call['progress'] {
  const progressToken = extra._meta?.progressToken
  if (progressToken === undefined) return () => {}
  const began = performance.now()
  return (message) => {
    const progress = (performance.now() - began) / 1000
    extra
      .sendNotification({
        method: 'notifications/progress',
        params: { progressToken, progress, message },
      })
      // Who has left in the meantime needs no telling; their call is aborted.
      .catch(() => {})
  }
}
