import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { fastify } from 'fastify'
import { noopPlan, startApp, startSession } from './support/app.ts'
import { print } from './support/report.ts'

/**
 * POST to 202 over 64 connections, beside an empty Fastify POST route that takes the same body: as
 * the sessions are only accepted, and as they run. The server has a process of its own.
 */
/** Small sessions, so that what is measured is the request and not the engine behind it. */
const STEPS = 1
const [role] = process.argv.slice(2)
const body = JSON.stringify({
  name: 'bench',
  steps: Array.from({ length: STEPS }, (_, index) => ({ id: `step${index + 1}`, uses: 'noop' })),
})

if (role === undefined) await measure()
else await serve(role)

type Load = Awaited<ReturnType<typeof autocannon>>

async function measure(): Promise<void> {
  print(`POST /v1/sessions (${STEPS} no-op step), 64 connections, 10 s each after 3 s of warm-up`)
  const floor = await load('empty', '/')
  const accept = await load('accept', '/v1/sessions')
  const run = await load('run', '/v1/sessions')
  report('empty Fastify POST', floor, floor)
  report('accept only', accept, floor, 'aim: 25 %, p99 under 25 ms')
  report('while they run', run, floor, 'aim: 17 %, p99 under 25 ms')
}

function report(name: string, result: Load, floor: Load, aim = ''): void {
  const share = ((100 * result.requests.average) / floor.requests.average).toFixed(0)
  const refused = result.non2xx + result.errors
  print(
    `  ${name.padEnd(20)}${Math.round(result.requests.average).toString().padStart(6)} requests/s  p50 ${result.latency.p50} ms  p99 ${result.latency.p99} ms  ${share.padStart(3)} % of the floor  ${refused} refused  ${aim}`,
  )
}

async function load(server: string, path: string): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
  const child = spawn(process.execPath, [import.meta.filename, server, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await addressOf(child)
    const shot = {
      url: url + path,
      method: 'POST' as const,
      body,
      connections: 64,
      headers: { 'content-type': 'application/json' },
    }
    await autocannon({ ...shot, duration: 3 })
    return await autocannon({ ...shot, duration: 10 })
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no output')
  for await (const chunk of child.stdout) return String(chunk).trim()
  throw new Error('the server did not start')
}

async function serve(kind: string): Promise<void> {
  const app = kind === 'empty' ? emptyApp() : await service(kind === 'run')
  print(await app.listen({ host: '127.0.0.1', port: 0 }))
}

function emptyApp() {
  const app = fastify()
  app.post('/', async () => ({ ok: true }))
  return app
}

/** Accept only: the one place is taken by a session whose step never ends, so the rest is queued. */
async function service(running: boolean) {
  const { app } = await startApp({
    DATA_DIR: process.argv[3] ?? '',
    MAX_SESSIONS_PER_MINUTE: '100000000',
    MAX_SESSIONS_QUEUED: '10000000',
    ...(running ? {} : { MAX_SESSIONS_RUNNING: '1' }),
  })
  if (!running) await startSession(app, stuckPlan())
  return app
}

function stuckPlan() {
  const plan = noopPlan(1)
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, uses: 'stuck' })) }
}
