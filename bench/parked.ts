import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { newSessionId } from '../src/ids.ts'
import { createSessionCoordinator } from '../src/modules/session-coordinator/index.ts'
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import { noopPlan, startApp } from './support/app.ts'
import { print } from './support/report.ts'

/** 100,000 sessions that wait a day: what they cost in memory, and how long a start takes with them. */
const SESSIONS = 100_000
const DAY_MS = 86_400_000
const [role, folder = ''] = process.argv.slice(2)

if (role === undefined) await measure()
else await start()

async function measure(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
  try {
    const empty = await startChild(join(data, 'empty'))
    await park(join(data, 'parked'))
    const parked = await startChild(join(data, 'parked'))
    print(`${SESSIONS} parked sessions`)
    print(`  start to listening  ${parked.ms} ms (aim: under 3000), with none ${empty.ms} ms`)
    print(`  RSS                 ${parked.rss} MB, with none ${empty.rss} MB`)
    const each = ((parked.rss - empty.rss) * 1024 * 1024) / SESSIONS
    print(`  per parked session  ${Math.round(each)} bytes (aim: none)`)
  } finally {
    await rm(data, { recursive: true, force: true })
  }
}

/** Writes sessions that have begun to wait, through the code that writes every session. */
async function park(dataDir: string): Promise<void> {
  const store = await openSqliteStore({ dataDir })
  const coordinator = createSessionCoordinator({
    store,
    clock: systemClock,
    random: Math.random,
    keepNew: 0,
  })
  const plan = noopPlan(1)
  for (let done = 0; done < SESSIONS; done += 1000) {
    await Promise.all(Array.from({ length: 1000 }, parkOne))
  }
  await store.close()

  async function parkOne(): Promise<void> {
    const createdAt = Date.now()
    const id = newSessionId(createdAt)
    await coordinator.create({
      id,
      tenant: 'default',
      name: null,
      plan,
      correlation: { id },
      createdAt,
    })
    await coordinator.dispatch(id, { type: 'start' }, { claim: undefined, claimedSeq: undefined })
    const outcome = { status: 'waiting', until: createdAt + DAY_MS } as const
    await coordinator.dispatch(
      id,
      { type: 'finishAttempt', stepId: 'step1', attempt: 1, outcome },
      { claim: undefined, claimedSeq: undefined },
    )
  }
}

async function startChild(dataDir: string): Promise<{ ms: number; rss: number }> {
  const began = performance.now()
  const child = spawn(process.execPath, ['--expose-gc', import.meta.filename, 'start', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let ms = 0
  child.stdout.on('data', (chunk: Buffer) => {
    if (ms === 0) ms = Math.round(performance.now() - began)
    text += chunk.toString()
  })
  await once(child, 'exit')
  return { ms, rss: Number(text.trim().split('\n').at(-1)) }
}

async function start(): Promise<void> {
  await using bench = await startApp({ DATA_DIR: folder })
  print(await bench.app.listen({ host: '127.0.0.1', port: 0 }))
  // Everything that a start sets going has been asked for by now; what is left is garbage.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  globalThis.gc?.()
  print(String(Math.round(process.memoryUsage().rss / 1024 / 1024)))
}
