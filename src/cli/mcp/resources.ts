import {
  type McpServer,
  type ReadResourceTemplateCallback,
  ResourceTemplate,
} from '@modelcontextprotocol/sdk/server/mcp.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { type Api, path } from './api.ts'
import { ServiceFault } from './fault.ts'

const LISTED = 20
const EVENTS = 1000

/** What the protocol says of a resource that is not there. */
const RESOURCE_NOT_FOUND = -32_002

interface Listing {
  readonly sessions: readonly { sessionId: string; status: string; title: string }[]
}

/** Adds the sessions and their logs as resources, as the service shows them. */
export function addResources(server: McpServer, api: Api): void {
  const list = async ({ signal }: { signal: AbortSignal }) => {
    const query = { limit: LISTED }
    const { sessions } = await orProtocolError(api.get<Listing>('/v1/sessions', { signal, query }))
    return {
      resources: sessions.map(({ sessionId, status, title }) => ({
        uri: `stepstream://sessions/${sessionId}`,
        name: title,
        description: `A session, ${status}`,
        mimeType: 'application/json',
      })),
    }
  }
  server.registerResource(
    'session',
    new ResourceTemplate('stepstream://sessions/{id}', { list }),
    {
      title: 'A session',
      description: 'Its status, variables and steps with their outputs',
      mimeType: 'application/json',
    },
    reading((id, signal) => api.get(path`/v1/sessions/${id}`, { signal })),
  )
  server.registerResource(
    'session-events',
    new ResourceTemplate('stepstream://sessions/{id}/events', { list: undefined }),
    {
      title: 'The events of a session',
      description: `Its log from the first event on, up to ${EVENTS} events`,
      mimeType: 'application/json',
    },
    reading((id, signal) =>
      api.get(path`/v1/sessions/${id}/events`, { signal, query: { limit: EVENTS } }),
    ),
  )
}

function reading(
  read: (id: string, signal: AbortSignal) => Promise<unknown>,
): ReadResourceTemplateCallback {
  return async (uri, { id }, { signal }) => {
    const value = await orProtocolError(read(String(id), signal))
    return {
      contents: [{ uri: uri.href, mimeType: 'application/json', text: JSON.stringify(value) }],
    }
  }
}

/** A resource has no answer for faults: they are errors of the protocol. */
export async function orProtocolError<T>(value: Promise<T>): Promise<T> {
  try {
    return await value
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    const code = error.fault.status === 404 ? RESOURCE_NOT_FOUND : ErrorCode.InternalError
    throw new McpError(code, error.message, error.fault)
  }
}
