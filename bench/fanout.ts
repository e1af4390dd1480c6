/**
 * One busy session to many followers: what a delivery costs, beside a bare HTTP server that writes
 * the same frames; what a paused reader weighs. Run: node bench/fanout.ts
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Fastify from 'fastify'
import { systemClock } from '../src/clock.ts'
import { encodeFrame } from '../src/http/sse/frame.ts'
import { type EventsRouteDeps, registerEventsRoute } from '../src/http/sse/route.ts'
import { createExecutorStreamer } from '../src/modules/executor-streamer/index.ts'
import type { EncodedEvent, ReadEvents } from '../src/store/types.ts'

export type Row = Readonly<Record<string, string | number>>

const SESSION = 'ses_busy'
const PATH = `/v1/sessions/${SESSION}/events`
const BURST = 50
/** The producer waits while a follower is further behind than this, so that what is measured is delivery. */
const MAX_LAG = 500
const loads = [
  { followers: 1, events: 200_000 },
  { followers: 100, events: 20_000 },
  { followers: 1000, events: 4000 },
] as const
const PAUSED_READERS = 50
const PAUSED_EVENTS = 200_000

/** All fan-out measurements, one row each. */
export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const load of loads) {
    rows.push(await measureFanOut(load), await measureBareServer(load))
  }
  rows.push(await measurePaused())
  return rows
}

interface Load {
  readonly followers: number
  readonly events: number
}

async function measureFanOut({ followers, events }: Load): Promise<Row> {
  await using service = await startService()
  await using clients = await startClients(service.port, followers, 'read')
  const bursts = toBursts(makeEvents(events))
  const before = startMeter()
  for (const burst of bursts) {
    service.commit(burst)
    do await nextTurn()
    while (Math.max(...service.streams.lags()) > MAX_LAG)
  }
  await clients.ended()
  return before.row(`${followers} followers`, followers * (events + 1))
}

/** The floor: one buffer per burst, written to every response, waiting for those that are full. */
async function measureBareServer({ followers, events }: Load): Promise<Row> {
  await using bare = await startBareServer()
  await using clients = await startClients(bare.port, followers, 'read')
  const bursts = toBursts(makeEvents(events))
  const before = startMeter()
  for (const burst of bursts) {
    const chunk = Buffer.from(burst.map(encodeFrame).join(''))
    const full = bare.responses.filter((response) => !response.write(chunk))
    await Promise.all(full.map((response) => once(response, 'drain')))
    await nextTurn()
  }
  for (const response of bare.responses) response.end()
  await clients.ended()
  return before.row(`${followers} bare responses`, followers * (events + 1))
}

async function measurePaused(): Promise<Row> {
  const bursts = toBursts(makeEvents(PAUSED_EVENTS))
  await using service = await startService()
  await using _clients = await startClients(service.port, PAUSED_READERS, 'pause')
  const before = await settledRss()
  let peak = 0
  for (const burst of bursts) {
    service.commit(burst)
    await nextTurn()
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  return {
    what: `${PAUSED_READERS} paused readers, ${PAUSED_EVENTS} events`,
    'MB RSS growth': round(((await settledRss()) - before) / 2 ** 20),
    'MB peak growth': round((peak - before) / 2 ** 20),
  }
}

async function startBareServer() {
  const responses: ServerResponse[] = []
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': hello\n\n')
    responses.push(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    responses,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function startService() {
  const log: EncodedEvent[] = []
  const store = {
    async readEvents({ afterSeq, limit }: ReadEvents) {
      return log.slice(afterSeq, afterSeq + Math.min(limit, 200))
    },
    async extent() {
      return { tenant: 'default', first: 1, next: log.length + 1, ended: false }
    },
  }
  const streamer = createExecutorStreamer({
    store,
    clock: systemClock,
    maxEvents: 1000,
    ttlMs: 3_600_000,
    maxTotalBytes: 64 * 2 ** 20,
  })
  const app = Fastify()
  const deps: EventsRouteDeps = {
    streamer,
    store,
    clock: systemClock,
    log: app.log,
    tenantOf: () => 'default',
    limits: { maxFollowers: 10_000 },
    heartbeatMs: 15_000,
  }
  const streams = registerEventsRoute(app, deps)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    streams,
    port: (app.server.address() as AddressInfo).port,
    commit(events: readonly EncodedEvent[]) {
      log.push(...events)
      streamer.publish([{ sessionId: SESSION, tenant: 'default', events, status: undefined }])
    },
    async [Symbol.asyncDispose]() {
      await app.close()
      streamer.close()
    },
  }
}

/** Sockets in a process of their own that read and count, or that connect and read nothing. */
async function startClients(port: number, count: number, mode: 'read' | 'pause') {
  const child = fork(import.meta.filename, ['client', String(port), String(count), mode])
  await message(child, 'connected')
  const ended = message(child, 'ended')
  return {
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      child.kill()
      await once(child, 'exit')
    },
  }
}

async function message(child: ChildProcess, expected: string): Promise<void> {
  for (;;) {
    const [text] = await once(child, 'message')
    if (text === expected) return
  }
}

async function runClients(port: number, count: number, mode: string): Promise<void> {
  const sockets: Socket[] = []
  // Paused sockets alone would let the process exit.
  process.on('message', () => {})
  for (let index = 0; index < count; index += 1) {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.write(`GET ${PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
    sockets.push(socket)
    await once(socket, 'data')
    if (mode === 'pause') socket.pause()
    else socket.on('data', () => {})
  }
  const closed = Promise.all(sockets.map((socket) => once(socket, 'close')))
  process.send?.('connected')
  await closed
  process.send?.('ended')
}

function startMeter() {
  const cpu = process.cpuUsage()
  const startedAt = performance.now()
  return {
    row(what: string, deliveries: number): Row {
      const seconds = (performance.now() - startedAt) / 1000
      const { user, system } = process.cpuUsage(cpu)
      return {
        what,
        'deliveries/s': Math.round(deliveries / seconds),
        'µs CPU each': round((user + system) / deliveries),
      }
    },
  }
}

/** Events of about 320 bytes; the last one ends the session. */
function makeEvents(count: number): EncodedEvent[] {
  const events = Array.from({ length: count }, (_, index) =>
    makeEvent(index + 1, 'step.output', { stream: 'stdout', text: 'x'.repeat(170) }),
  )
  events.push(makeEvent(count + 1, 'session.completed', { status: 'completed', durationMs: 1 }))
  return events
}

function makeEvent(seq: number, type: EncodedEvent['type'], data: object): EncodedEvent {
  const at = new Date(Date.UTC(2026, 0, 1) + seq).toISOString()
  return { seq, type, body: JSON.stringify({ seq, type, at, sessionId: SESSION, data }) }
}

function toBursts(events: readonly EncodedEvent[]): readonly EncodedEvent[][] {
  const count = Math.ceil(events.length / BURST)
  return Array.from({ length: count }, (_, index) =>
    events.slice(index * BURST, (index + 1) * BURST),
  )
}

/** RSS after garbage is gone and the collector had a moment to give its pages back. */
async function settledRss(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round += 1) {
    collect()
    await pause(200)
  }
  return process.memoryUsage.rss()
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}

/** The rows as text, each with the columns it has. */
export function toTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, ...figures }) => {
    const cells = Object.entries(figures).map(([name, value]) => `${value} ${name}`)
    return `${String(what).padEnd(36)} ${cells.join('   ')}`
  })
  return `${lines.join('\n')}\n`
}

if (process.argv[1] === import.meta.filename) {
  const [mode, port, count, reading = 'read'] = process.argv.slice(2)
  if (mode === 'client') await runClients(Number(port), Number(count), reading)
  else process.stdout.write(toTable(await run()))
}
