/**
 * What workers cost: how many interactions a hundred of them claim and answer in a second, and what
 * a thousand hold that wait for work; beside a bare Fastify server that hands out nothing real. The
 * server has a process of its own. Run: node bench/workers.ts
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type FastifyInstance, fastify } from 'fastify'
import { Pool } from 'undici'
import { startPostgres } from '../test/support/postgres-server.ts'
import { planOf, startApp, startSession } from './support/app.ts'
import { median, print, quantile, range } from './support/report.ts'

const WORKERS = 100
const INTERACTIONS = 3000
const ROUNDS = 5
/** Those that are there before anything is weighed, so that what every first request costs does not count. */
const FIRST = 100
const IDLE = 1000
const IDLE_SECONDS = 10
const [role] = process.argv.slice(2)

interface Sample {
  readonly rss: number
  readonly heap: number
  /** µs of the process so far. */
  readonly cpu: number
}

if (role === undefined) await measure()
else if (role === 'bare') await serveBare()
else await serve()

async function measure(): Promise<void> {
  print(`${INTERACTIONS} interactions of one queue, ${WORKERS} workers, ${ROUNDS} rounds`)
  await measureFloor()
  await measureClaims('SQLite', {})
  {
    await using server = await startPostgres()
    await using database = await server.createDatabase()
    await measureClaims('Postgres', { DATABASE_URL: database.url })
  }
  print(`${IDLE} more workers that wait for work, one request each`)
  for (const kind of ['bare', 'serve']) await measureIdle(kind)
}

async function measureFloor(): Promise<void> {
  await using bare = await startServer('bare')
  const { perSecond } = await drain(bare.url, 1)
  print(`  bare: ${Math.round(perSecond)} requests/s`)
}

async function measureClaims(name: string, settings: Record<string, string>): Promise<void> {
  await using service = await startServer('serve', settings)
  for (const max of [1, 10]) {
    const rates: number[] = []
    const waits: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await service.ask('fill', INTERACTIONS)
      const { perSecond, latencies } = await drain(service.url, max)
      rates.push(perSecond)
      waits.push(...latencies)
    }
    const [p50, p99] = [median(waits), quantile(waits, 0.99)].map((ms) => ms.toFixed(1))
    print(
      `  ${name}, ${max} at a time: ${range(rates)} claimed/s   a claim takes p50 ${p50} ms, p99 ${p99} ms`,
    )
  }
  await service.ask('fill', INTERACTIONS)
  const { perSecond } = await drain(service.url, 1, true)
  print(`  ${name}, 1 at a time, each answered: ${Math.round(perSecond)} done/s`)
}

/** A hundred workers take what there is, until there is nothing. */
async function drain(url: string, max: number, answers = false) {
  await using pool = asDisposable(new Pool(url, { connections: WORKERS, pipelining: 1 }))
  const latencies: number[] = []
  let taken = 0
  const startedAt = performance.now()
  const work = async (worker: number) => {
    const workerId = `w${worker}`
    while (taken < INTERACTIONS) {
      const askedAt = performance.now()
      const { interactions } = (await post(pool, '/v1/interactions/claim', {
        queue: 'q',
        workerId,
        max,
        leaseMs: 600_000,
      })) as { interactions: readonly { interactionId: string }[] }
      if (interactions.length > 0) latencies.push(performance.now() - askedAt)
      taken += interactions.length
      if (!answers) continue
      for (const { interactionId } of interactions) {
        await post(pool, `/v1/interactions/${interactionId}/result`, { workerId, status: 'ok' })
      }
    }
  }
  await Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
  return { perSecond: (1000 * taken) / (performance.now() - startedAt), latencies }
}

async function measureIdle(kind: string): Promise<void> {
  await using service = await startServer(kind)
  const sockets = await wait(service.url, FIRST)
  const before = await service.weigh()
  sockets.push(...(await wait(service.url, IDLE)))
  await pause(1000)
  const after = await service.weigh()
  await pause(IDLE_SECONDS * 1000)
  const later = await service.weigh()
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  print(
    `  ${kind}: ${mebibytes(after.rss - before.rss)} MB RSS, ${mebibytes(after.heap - before.heap)} MB of it heap; the process has ${mebibytes(after.rss)} MB`,
  )
  const cores = (later.cpu - after.cpu) / 1e6 / IDLE_SECONDS
  print(`  ${kind}: ${(100 * cores).toFixed(2)} % of a core while they wait`)
  if (kind === 'bare') return
  const handedOver = once(sockets[0] as Socket, 'data')
  const startedAt = performance.now()
  await service.ask('fill', 1)
  await handedOver
  const tookMs = performance.now() - startedAt
  print(`  the first of them has what comes ${tookMs.toFixed(1)} ms after its session was started`)
}

/** Sockets that have asked for work and have no answer. */
async function wait(url: string, count: number): Promise<Socket[]> {
  const sockets: Socket[] = []
  for (let n = 0; n < count; n++) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    await once(socket, 'connect')
    const body = JSON.stringify({ queue: 'q', workerId: `idle${n}`, wait: 60 })
    const head = `POST /v1/interactions/claim HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
    socket.write(head + body)
    sockets.push(socket)
  }
  return sockets
}

async function post(pool: Pool, path: string, body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(body) })
  const text = await answer.body.text()
  if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${text}`)
  return JSON.parse(text)
}

function asDisposable(pool: Pool): Pool & AsyncDisposable {
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() })
}

async function startServer(kind: string, settings: Record<string, string> = {}) {
  const child = fork(import.meta.filename, [kind], { env: { ...process.env, ...settings } })
  const url = (await answerOf(child)) as string
  const ask = (what: string, count = 0) => {
    child.send({ what, count })
    return answerOf(child)
  }
  return {
    url,
    ask,
    weigh: () => ask('weigh') as Promise<Sample>,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, 'message')
  return answer
}

async function serve(): Promise<void> {
  const { DATABASE_URL = '' } = process.env
  const { app } = await startApp({ DATABASE_URL })
  const plan = planOf(1, 'client', { command: { run: ['true'] }, queue: 'q' })
  await listen(app, async (count) => {
    await Promise.all(Array.from({ length: count }, () => startSession(app, plan)))
    await untilParked(app)
  })
}

/** Answers every claim with the same, and does not answer those that wait. */
async function serveBare(): Promise<void> {
  const app = fastify()
  app.post('/v1/interactions/claim', (request, reply) => {
    const { wait = 0 } = request.body as { wait?: number }
    if (wait === 0) void reply.send({ interactions: [{ interactionId: 'int_1' }] })
  })
  await listen(app, async () => {})
}

async function listen(app: FastifyInstance, fill: (count: number) => Promise<void>): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (how: object) => void
  await app.listen({ host: '127.0.0.1', port: 0 })
  process.on('message', async ({ what, count }: { what: string; count: number }) => {
    if (what === 'fill') {
      await fill(count)
      process.send?.('filled')
      return
    }
    // Compacts too: what is weighed is what they hold, not the room that it took to get there.
    collect({ type: 'major', flavor: 'last-resort' })
    const { rss, heapUsed: heap } = process.memoryUsage()
    const { user, system } = process.cpuUsage()
    process.send?.({ rss, heap, cpu: user + system } satisfies Sample)
  })
  process.send?.(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`)
}

/** Nothing runs: all that was started asks. */
async function untilParked(app: FastifyInstance): Promise<void> {
  for (let quiet = 0; quiet < 5; ) {
    const { running, queued } = app.stepProcessor.load()
    quiet = running + queued === 0 ? quiet + 1 : 0
    await pause(10)
  }
}
