import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import autocannon from 'autocannon'
import { openWriteConnection } from '../src/store/sqlite/connection.ts'
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import type { EncodedEvent } from '../src/store/types.ts'

/** One run of `bench/store.ts` in a process of its own: mode and folder in, figures out as JSON. */
const SESSIONS = 1000
const ROUNDS = 50
const LONE_COMMITS = 1000
const [mode, folder = ''] = process.argv.slice(2)
const ids = Array.from({ length: SESSIONS }, (_, n) => `ses_01JD8${String(n).padStart(21, '0')}`)

mkdirSync(folder, { recursive: true })
const figures =
  mode === 'floor' ? runFloor() : await runStore(mode === 'thread' ? 'thread' : 'loop')
process.stdout.write(JSON.stringify(figures))

async function runStore(writer: 'loop' | 'thread') {
  const store = await openSqliteStore({ dataDir: folder, writer })
  const append = (sessionId: string, seq: number) =>
    store.append({
      sessionId,
      tenant: 'default',
      expectedSeq: seq - 1,
      events: [event(sessionId, seq), event(sessionId, seq + 1)],
    })
  await Promise.all(ids.map((id) => store.createSession({ session: session(id), events: [] })))

  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const startedAt = performance.now()
  for (let round = 0; round < ROUNDS; round++) {
    await Promise.all(ids.map((id) => append(id, round * 2 + 1)))
  }
  const elapsedMs = performance.now() - startedAt
  delay.disable()

  const lone: number[] = []
  for (let n = 0; n < LONE_COMMITS; n++) {
    const begunAt = performance.now()
    await append(ids[0] ?? '', ROUNDS * 2 + n * 2 + 1)
    lone.push(performance.now() - begunAt)
  }
  const requests = await serveRequests((n) =>
    store.createSession({ session: session(`ses_${String(n).padStart(26, '0')}`), events: [] }),
  )
  await store.close()
  return { ...summarize(elapsedMs, lone), longestHoldMs: delay.max / 1e6, ...requests }
}

/** 64 clients over HTTP; a request costs the loop 50 µs and one commit, as in a real service. */
async function serveRequests(write: (n: number) => Promise<unknown>) {
  let count = 0
  const server = createServer(async (_request, response) => {
    const end = performance.now() + 0.05
    while (performance.now() < end);
    await write(count++)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { requests, latency } = await autocannon({ url, connections: 64, duration: 3, workers: 1 })
  server.close()
  return { requestsPerSecond: Math.round(requests.average), requestP99Ms: latency.p99 }
}

/** The same rows in the same groups on a bare connection. */
function runFloor(): Record<string, number | undefined> {
  const database = openWriteConnection(join(folder, 'stepstream.db'))
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)')
  let position = 0
  const add = (no: number, seq: number) => {
    for (const { seq: own, type, body } of [
      event(ids[no] ?? '', seq),
      event(ids[no] ?? '', seq + 1),
    ]) {
      position += 1
      insert.run(position, no, 'default', own, type, body)
    }
  }

  const startedAt = performance.now()
  for (let round = 0; round < ROUNDS; round++) {
    begin.run()
    for (const no of ids.keys()) add(no, round * 2 + 1)
    commit.run()
  }
  const elapsedMs = performance.now() - startedAt

  const lone: number[] = []
  for (let n = 0; n < LONE_COMMITS; n++) {
    const begunAt = performance.now()
    begin.run()
    add(0, ROUNDS * 2 + n * 2 + 1)
    commit.run()
    lone.push(performance.now() - begunAt)
  }
  database.close()
  return { ...summarize(elapsedMs, lone), longestHoldMs: elapsedMs / ROUNDS }
}

function summarize(elapsedMs: number, lone: number[]) {
  lone.sort((a, b) => a - b)
  return {
    rowsPerSecond: Math.round((SESSIONS * ROUNDS * 2 * 1000) / elapsedMs),
    p50Ms: lone[Math.floor(lone.length * 0.5)],
    p99Ms: lone[Math.floor(lone.length * 0.99)],
  }
}

function event(sessionId: string, seq: number): EncodedEvent {
  const text = `{"seq":${seq},"type":"step.completed","at":"2026-01-01T00:00:00.000Z","sessionId":"${sessionId}","stepId":"step_${seq}","attempt":1,"data":{"output":"`
  return { seq, type: 'step.completed', body: `${text.padEnd(220, 'x')}","durationMs":1.25}}` }
}

function session(id: string) {
  return {
    id,
    tenant: 'default',
    name: null,
    status: 'running',
    wakeAt: null,
    endedAt: null,
    createdAt: 0,
    correlation: { id: 'bench' },
    plan: { inputs: {}, onFailure: 'fail_fast', timeoutMs: 1, maxParallel: 1, steps: [] },
  } as const
}
