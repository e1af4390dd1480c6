import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { noopPlan, startApp, startSession } from './support/app.ts'
import { print } from './support/report.ts'

/**
 * What an idle follower of the whole service weighs, its headers, hooks and limits included, beside
 * an open response of a bare HTTP server: the growth of the server's process from 1,000 to 5,000.
 */
const FIRST = 1000
const MORE = 4000
/** Connections opened at a time, below the usual backlog of a listening socket. */
const BATCH = 100
const [role] = process.argv.slice(2)

if (role === undefined) await measure()
else await serve(role)

async function measure(): Promise<void> {
  print(`${MORE} more idle followers`)
  for (const server of ['service', 'bare']) {
    const { rss, heap } = await grow(server)
    print(`  ${server.padEnd(8)} ${rss.toFixed(1)} KB RSS each, ${heap.toFixed(1)} KB of it heap`)
  }
}

async function grow(server: string): Promise<{ rss: number; heap: number }> {
  const child = fork(import.meta.filename, [server])
  const [{ port, path }] = (await once(child, 'message')) as [{ port: number; path: string }]
  const sockets = await follow(port, path, FIRST)
  const before = await weigh(child)
  sockets.push(...(await follow(port, path, MORE)))
  const after = await weigh(child)
  for (const socket of sockets) socket.destroy()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const each = (bytes: number) => bytes / MORE / 1024
  return { rss: each(after.rss - before.rss), heap: each(after.heap - before.heap) }
}

async function follow(port: number, path: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  while (sockets.length < count) {
    sockets.push(
      ...(await Promise.all(Array.from({ length: BATCH }, () => followOnce(port, path)))),
    )
  }
  return sockets
}

/** Resolves with the first bytes of the stream. */
async function followOnce(port: number, path: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`)
  await once(socket, 'data')
  return socket
}

async function weigh(child: ChildProcess): Promise<{ rss: number; heap: number }> {
  await pause(500)
  child.send('weigh')
  const [weight] = (await once(child, 'message')) as [{ rss: number; heap: number }]
  return weight
}

async function serve(kind: string): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how: object) => void
  process.on('message', () => {
    // Compacts too: what is weighed is what followers hold, not the room that opening them left.
    collect({ type: 'major', flavor: 'last-resort' })
    const { rss, heapUsed: heap } = process.memoryUsage()
    process.send?.({ rss, heap })
  })
  process.send?.(kind === 'bare' ? await serveBare() : await serveService())
}

async function serveBare(): Promise<{ port: number; path: string }> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('retry: 3000\n\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 16_384, resolve))
  return { port: (server.address() as AddressInfo).port, path: '/' }
}

/** One session whose only step does not end. */
async function serveService(): Promise<{ port: number; path: string }> {
  const { app } = await startApp()
  const { steps, ...plan } = noopPlan(1)
  const stuck = steps.map((step) => ({ ...step, uses: 'stuck' }))
  const sessionId = await startSession(app, { ...plan, steps: stuck })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { port, path: `/v1/sessions/${sessionId}/events` }
}
