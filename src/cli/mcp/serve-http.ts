import { fastifyCors } from '@fastify/cors'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { fastify } from 'fastify'
import { isLoopback, registerGuards } from '../../http/guards.ts'
import { listen } from '../../http/listen.ts'
import { registerProblems } from '../../http/problem.ts'
import { createApi, type Service } from './api.ts'
import { type ConnectionLimits, Connections, type Refusal } from './connections.ts'
import { ServiceFault } from './fault.ts'

/** How long a request may take to arrive whole. */
const RECEIVE_TIMEOUT_MS = 60_000

/** How long a connection is silent before the other end is asked whether it is there. */
const KEEP_ALIVE_MS = 60_000

export interface HttpOptions {
  readonly host: string
  readonly port: number
  /** Names beside those of loopback that requests may have as their `Host`. */
  readonly allowedHosts: readonly string[]
  /** Pages that may call. */
  readonly allowedOrigins: readonly string[]
  /** @default those of Connections */
  readonly limits?: ConnectionLimits
}

export interface HttpServer extends AsyncDisposable {
  readonly url: string
}

/** Raised where listening would let in who should not be. */
export class OpenDoorError extends Error {}

/**
 * Serves the protocol over Streamable HTTP at `/mcp`. Each caller acts with the key that it sends.
 * @throws OpenDoorError, ServiceFault, and what listening fails with
 */
export async function serveHttp(
  service: Omit<Service, 'key'>,
  connect: (key: string | undefined) => McpServer,
  options: HttpOptions,
): Promise<HttpServer> {
  const isOpen = !isLoopback(options.host)
  if (isOpen) await refuseOpenDoor(service)
  const connections = new Connections(connect, {
    limits: options.limits,
    // Whoever the service does not know must not take the sessions of those it does.
    refusalOf: isOpen ? (key) => refusalOf(service, key) : undefined,
  })
  // When it closes, every call has been aborted and every stream has ended: nothing is left to wait for.
  const app = fastify({
    forceCloseConnections: true,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    // Nothing is sent on the stream of a client that waits: one that was cut off would hold its session.
    http: { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS },
  })
  registerProblems(app)
  registerGuards(app, { ...options, keysRequired: false })
  await app.register(fastifyCors, {
    origin: [...options.allowedOrigins],
    exposedHeaders: ['mcp-session-id'],
  })
  // The transport reads the body, and answers what it cannot read in the protocol's own words.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))
  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      // What a page needs to read the answer, which the transport writes itself.
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value)
      }
      reply.hijack()
      await connections.handle(request.raw, reply.raw)
    },
  })
  const address = await listen(app, options)
  return {
    url: `${address}/mcp`,
    async [Symbol.asyncDispose]() {
      await connections[Symbol.asyncDispose]()
      await app.close()
    },
  }
}

/** Whoever reaches us reaches the service: beyond this machine it must ask for keys. */
async function refuseOpenDoor(service: Omit<Service, 'key'>): Promise<void> {
  const fault = await faultFor(service, undefined)
  if (fault?.fault.status === 401 || fault?.fault.status === 403) return
  if (fault !== undefined) throw fault
  throw new OpenDoorError(
    `${service.url} needs no keys, so anybody who reaches this server could do anything there: give it keys (REQUIRE_KEYS=true), or listen on loopback`,
  )
}

/** A key that may not do what it is tried with here may still do other things. */
async function refusalOf(
  service: Omit<Service, 'key'>,
  key: string | undefined,
): Promise<Refusal | undefined> {
  const fault = await faultFor(service, key)
  if (fault === undefined || fault.fault.status === 403) return undefined
  const { status = 503, detail } = fault.fault
  return { status, message: detail }
}

/** What the service has against a key. */
async function faultFor(
  service: Omit<Service, 'key'>,
  key: string | undefined,
): Promise<ServiceFault | undefined> {
  const api = createApi({ ...service, key })
  try {
    await api.get('/v1/executors', { signal: new AbortController().signal })
    return undefined
  } catch (error) {
    if (error instanceof ServiceFault) return error
    throw error
  }
}
