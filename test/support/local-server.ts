import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface LocalServer extends AsyncDisposable {
  readonly port: number
  readonly url: string
  readonly received: readonly ReceivedRequest[]
  /** How many connections it has accepted. */
  readonly connections: () => number
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => void

/** A real HTTP server on a free port that records what it receives. */
export async function startServer(
  answer: Answer,
  host = '127.0.0.1',
  port = 0,
): Promise<LocalServer> {
  const received: ReceivedRequest[] = []
  let connections = 0
  const server = createServer((message, response) => {
    const chunks: Buffer[] = []
    message.on('data', (chunk: Buffer) => chunks.push(chunk))
    message.on('end', () => {
      const { method = '', url: path = '', headers } = message
      const request = { method, path, headers, body: Buffer.concat(chunks).toString() }
      received.push(request)
      answer(request, response)
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as AddressInfo
  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    received,
    connections: () => connections,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
