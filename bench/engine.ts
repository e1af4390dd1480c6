import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Plan } from '../src/session/plan.ts'
import { openWriteConnection } from '../src/store/sqlite/connection.ts'
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts'
import type { Commit } from '../src/store/types.ts'
import { noopPlan, startApp, startSession, untilIdle } from './support/app.ts'
import { replayGroups } from './support/raw-loop.ts'
import { median, peakRss, print, quantile, range } from './support/report.ts'

/**
 * What the engine costs: 1,000 sessions of 10 no-op steps started at once, every event durable,
 * beside a raw loop that commits the same rows in the same groups; and one session at a time,
 * beside one bare durable commit.
 */
const SESSIONS = 1000
const STEPS = 10
const ROUNDS = 7
const LONE_STEPS = 500

const folder = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
const store = await openSqliteStore({ dataDir: folder })
let recording: (readonly Commit[])[] | undefined
store.onCommit((commits) => recording?.push(commits))
{
  await using bench = await startApp({ DATA_DIR: folder }, store)
  const plan = noopPlan(STEPS)
  const ours: number[] = []
  const floor: number[] = []
  const cpu: number[] = []
  // The first round of each compiles its code and is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    const began = performance.now()
    const usage = process.cpuUsage()
    await runAll(bench.app, plan)
    const ms = performance.now() - began
    const { user, system } = process.cpuUsage(usage)
    if (round === 0) continue
    ours.push((SESSIONS * STEPS * 1000) / ms)
    cpu.push((user + system) / (SESSIONS * STEPS))
  }
  const groups = await recordGroups(bench.app, plan)
  for (let round = 0; round <= ROUNDS; round++) {
    const ms = await replay(groups, JSON.stringify(plan))
    if (round > 0) floor.push((SESSIONS * STEPS * 1000) / ms)
  }
  print(
    `${SESSIONS} sessions × ${STEPS} no-op steps at once, median of ${ROUNDS} rounds (least – most)`,
  )
  print(
    `  engine  ${range(ours)} steps/s, ${median(cpu).toFixed(1)} µs CPU per step, peak RSS ${peakRss()} MB`,
  )
  print(`  floor   ${range(floor)} steps/s: a raw loop commits the same rows in the same groups`)
  print(`  share   ${((100 * median(ours)) / median(floor)).toFixed(0)} % of the floor (aim: 33 %)`)

  const lone = await loneSteps(bench.app)
  const bare = await bareCommits()
  print(`\none session at a time, ${LONE_STEPS} steps: overhead per step`)
  print(
    `  engine       p50 ${quantile(lone, 0.5).toFixed(3)} ms  p99 ${quantile(lone, 0.99).toFixed(3)} ms`,
  )
  print(
    `  bare commit  p50 ${quantile(bare, 0.5).toFixed(3)} ms  p99 ${quantile(bare, 0.99).toFixed(3)} ms`,
  )
  print(
    `  ratio        p50 ${(quantile(lone, 0.5) / quantile(bare, 0.5)).toFixed(2)} commits (aim: under 2)`,
  )
}
await rm(folder, { recursive: true, force: true })

async function runAll(app: FastifyInstance, plan: Plan): Promise<void> {
  await Promise.all(Array.from({ length: SESSIONS }, () => startSession(app, plan)))
  await untilIdle(app)
}

/** One more round, not measured: what it commits is what the floor commits. */
async function recordGroups(app: FastifyInstance, plan: Plan): Promise<(readonly Commit[])[]> {
  const groups: (readonly Commit[])[] = []
  recording = groups
  await runAll(app, plan)
  recording = undefined
  return groups
}

async function replay(groups: readonly (readonly Commit[])[], plan: string): Promise<number> {
  const floorFolder = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
  try {
    return replayGroups(floorFolder, groups, plan)
  } finally {
    await rm(floorFolder, { recursive: true, force: true })
  }
}

/** The time between two commits of a session that runs alone: one step, from its start to the next. */
async function loneSteps(app: FastifyInstance): Promise<number[]> {
  const times: number[] = []
  let last = 0
  store.onCommit((commits) => {
    const now = performance.now()
    if (commits.some(({ events }) => events.some(({ type }) => type === 'step.completed'))) {
      if (last > 0) times.push(now - last)
      last = now
    }
  })
  await startSession(app, noopPlan(LONE_STEPS))
  await untilIdle(app)
  return times
}

/** The same two rows a step writes, committed one group at a time through the same store. */
async function bareCommits(): Promise<number[]> {
  const bareFolder = await mkdtemp(join(tmpdir(), 'stepstream-bench-'))
  const database = openWriteConnection(join(bareFolder, 'bare.db'))
  const insert = database.prepare(
    "INSERT INTO event (session, tenant, seq, type, body) VALUES (1, 'default', ?, 'step.completed', ?)",
  )
  const body = 'x'.repeat(220)
  const times: number[] = []
  for (let seq = 0; seq < LONE_STEPS * 2; seq += 2) {
    const began = performance.now()
    database.exec('BEGIN IMMEDIATE')
    insert.run(seq, body)
    insert.run(seq + 1, body)
    database.exec('COMMIT')
    times.push(performance.now() - began)
  }
  database.close()
  await rm(bareFolder, { recursive: true, force: true })
  return times
}
