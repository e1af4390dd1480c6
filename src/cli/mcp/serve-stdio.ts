import type { Readable, Writable } from 'node:stream'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

/** Serves the protocol to whoever holds the other ends; resolves when they have let go. */
export async function serveStdio(
  server: McpServer,
  input: Readable,
  output: Writable,
  signal: AbortSignal,
): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  server.server.onclose = resolve
  const close = () => void server.close()
  // The transport does not look for the end of its input; calls that wait would outlive their client.
  input.once('end', close)
  input.once('close', close)
  output.on('error', close)
  signal.addEventListener('abort', close, { once: true })
  await server.connect(new StdioServerTransport(input, output))
  await over
}
