import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'

export interface ConnectionLimits {
  /** Clients leave without a word: what is silent for so long is closed. */
  readonly idleMs: number
  /** Beyond it the one that is silent for longest makes room. */
  readonly max: number
}

/** Why somebody gets no session, as HTTP says it. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

export interface ConnectionOptions {
  /** @default 1,000 of them, silent for half an hour */
  readonly limits?: ConnectionLimits | undefined
  /** Who gets no session. @default everybody gets one */
  readonly refusalOf?: ((key: string | undefined) => Promise<Refusal | undefined>) | undefined
}

const defaults: ConnectionLimits = { idleMs: 30 * 60_000, max: 1000 }

const MAX_BODY_BYTES = 8 * 1024 * 1024

interface Connection {
  readonly transport: StreamableHTTPServerTransport
  /** Whose it is: what nobody else's requests may use. */
  readonly owner: string
  requests: number
  usedAt: number
}

/** The sessions of the protocol, by their ids. */
export class Connections implements AsyncDisposable {
  readonly #connections = new Map<string, Connection>()
  readonly #connect: (key: string | undefined) => McpServer
  readonly #limits: ConnectionLimits
  readonly #refusalOf: ConnectionOptions['refusalOf']
  readonly #timer: NodeJS.Timeout

  constructor(
    connect: (key: string | undefined) => McpServer,
    { limits = defaults, refusalOf }: ConnectionOptions = {},
  ) {
    this.#connect = connect
    this.#limits = limits
    this.#refusalOf = refusalOf
    this.#timer = setInterval(() => this.#closeSilent(), limits.idleMs / 10)
    this.#timer.unref()
  }

  /** Answers a request, in the connection that it names, or in a new one. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id']
    const key = bearerOf(request)
    if (id === undefined) return this.#open(key, request, response)
    const connection = this.#connections.get(String(id))
    if (connection === undefined || connection.owner !== ownerOf(key)) {
      return refuse(response, 404, -32_001, 'Session not found: initialize again')
    }
    connection.requests += 1
    response.once('close', () => {
      connection.requests -= 1
      connection.usedAt = performance.now()
    })
    await connection.transport.handleRequest(request, response)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#connections.values()].map(({ transport }) => transport.close()))
  }

  async #open(
    key: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const refusal = await this.#refusalOf?.(key)
    if (refusal !== undefined) {
      return refuse(response, refusal.status, -32_000, refusal.message)
    }
    if (!this.#hasRoom()) {
      return refuse(response, 503, -32_000, 'Too many sessions: try again later')
    }
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: MAX_BODY_BYTES,
      onsessioninitialized: (id) => {
        const usedAt = performance.now()
        this.#connections.set(id, { transport, owner: ownerOf(key), requests: 0, usedAt })
      },
    })
    const server = this.#connect(key)
    server.server.onclose = () => {
      if (transport.sessionId !== undefined) this.#connections.delete(transport.sessionId)
    }
    await server.connect(transport)
    await transport.handleRequest(request, response)
    // It was no `initialize`, and the transport has said so.
    if (transport.sessionId === undefined) await server.close()
  }

  #hasRoom(): boolean {
    if (this.#connections.size < this.#limits.max) return true
    const [longest] = this.#silent().sort((a, b) => a.usedAt - b.usedAt)
    void longest?.transport.close()
    return longest !== undefined
  }

  #closeSilent(): void {
    const since = performance.now() - this.#limits.idleMs
    for (const { transport, usedAt } of this.#silent()) {
      if (usedAt < since) void transport.close()
    }
  }

  #silent(): Connection[] {
    return [...this.#connections.values()].filter(({ requests }) => requests === 0)
  }
}

/** Answers with an error of JSON-RPC, as the transport does. */
function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  // RFC 9110, section 11.6.1: who is not known is told how to say who it is.
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  response.writeHead(status, { 'content-type': 'application/json', ...challenge })
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }))
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
}

/** What is kept to know a key by. */
function ownerOf(key: string | undefined): string {
  return key === undefined ? '' : createHash('sha256').update(key).digest('hex')
}
