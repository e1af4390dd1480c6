import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { startPostgres } from '../test/support/postgres-server.ts'
import { noopPlan, planOf } from './support/app.ts'
import { cpuSeconds } from './support/cpu.ts'
import { type BenchDatabase, createBenchDatabase } from './support/database.ts'
import { completedSessions, openLoader, untilCount } from './support/load.ts'
import { openFloor, readGroups } from './support/postgres-floor.ts'
import { startReplicas } from './support/replicas.ts'
import { median, print, range } from './support/report.ts'

/**
 * What several processes on one Postgres drive together: queued sessions of 10 no-op steps, from
 * their release to the end of the last, beside a raw loop that commits the same rows in the same
 * groups, and beside DBOS on the same server; and sessions that wait for others, with few places in
 * each process. All processes share this machine.
 */
const STEPS = 10
const NOOP = { sessions: 2000, rounds: 5, counts: [1, 2, 3] } as const
/** Sessions for each replica, so that all runs have as many waves of them. */
const WAITING = { sessions: 200, rounds: 3, counts: [1, 2, 3], pauseMs: 20, places: 20 } as const

interface Round {
  readonly stepsPerSecond: number
  /** µs of CPU for each step. */
  readonly replicaCpu: number
  readonly postgresCpu: number
}

await using server = await startPostgres()
print(`Postgres ${server.version} with fsync, all processes on this machine`)
await driveNoops()
await driveWaiting()

async function driveNoops(): Promise<void> {
  print(
    `\n${NOOP.sessions} queued sessions × ${STEPS} no-op steps, median of ${NOOP.rounds} rounds (least – most); µs of CPU per step`,
  )
  let one = Number.NaN
  for (const count of NOOP.counts) {
    await using database = await createBenchDatabase(server)
    const rounds = await drive(database, { ...NOOP, count, plan: noopPlan(STEPS) })
    const speed = median(rounds.map((round) => round.stepsPerSecond))
    if (count === 1) {
      one = speed
      const floor = await measureFloor(database)
      report(count, rounds, `${percent(one, floor)} of the raw loop (aim: 25 %)`)
    } else report(count, rounds, `${percent(speed, one)} of one replica (aim: 90 %)`)
  }
  await measurePeer(one)
}

async function driveWaiting(): Promise<void> {
  const { sessions, rounds: repeats, pauseMs, places } = WAITING
  print(
    `\n${sessions} queued sessions for each replica × ${STEPS} steps of ${pauseMs} ms, MAX_SESSIONS_RUNNING=${places}, median of ${repeats} rounds (least – most)`,
  )
  const settings = { MAX_SESSIONS_RUNNING: String(places) }
  const plan = planOf(STEPS, 'pause', { ms: pauseMs })
  for (const count of WAITING.counts) {
    await using database = await createBenchDatabase(server)
    const rounds = await drive(database, {
      ...WAITING,
      sessions: sessions * count,
      count,
      plan,
      settings,
    })
    const ideal = (count * places * 1000) / pauseMs
    const speed = median(rounds.map((round) => round.stepsPerSecond))
    report(count, rounds, `${percent(speed, ideal)} of what ${count * places} places could do`)
  }
}

interface Load {
  readonly count: number
  readonly sessions: number
  readonly rounds: number
  readonly plan: ReturnType<typeof noopPlan>
  readonly settings?: Readonly<Record<string, string>>
}

async function drive(database: BenchDatabase, load: Load): Promise<readonly Round[]> {
  await using loader = await openLoader(database)
  await using replicas = await startReplicas(load.count, database.url, load.settings)
  const pids = replicas.all.map(({ pid }) => pid)
  const steps = load.sessions * STEPS
  const rounds: Round[] = []
  // The first round compiles their code and is not counted.
  for (let round = 0; round <= load.rounds; round++) {
    const sessionIds = await loader.create(load.plan, load.sessions)
    const before = { replicas: cpuSeconds(pids), postgres: database.cpuSeconds() }
    const began = performance.now()
    await loader.release(sessionIds)
    await untilCount(database, load.sessions * (round + 1), completedSessions)
    const ms = performance.now() - began
    const perStep = (seconds: number) => (seconds * 1e6) / steps
    if (round === 0) continue
    rounds.push({
      stepsPerSecond: (steps * 1000) / ms,
      replicaCpu: perStep(cpuSeconds(pids) - before.replicas),
      postgresCpu: perStep(database.cpuSeconds() - before.postgres),
    })
  }
  return rounds
}

/** Commits what the replica before has committed in its last round. */
async function measureFloor(driven: BenchDatabase): Promise<number> {
  const groups = await readGroups(driven, NOOP.sessions)
  await using database = await createBenchDatabase(server)
  await using floor = await openFloor(database, groups)
  const figures: number[] = []
  const cpu: number[] = []
  for (let round = 0; round <= NOOP.rounds; round++) {
    const before = database.cpuSeconds()
    const ms = await floor.replay()
    if (round === 0) continue
    figures.push((NOOP.sessions * STEPS * 1000) / ms)
    cpu.push(((database.cpuSeconds() - before) * 1e6) / (NOOP.sessions * STEPS))
  }
  print(
    `  raw loop      ${range(figures)} steps/s, Postgres ${median(cpu).toFixed(0)} µs; ${groups.length} commits of ${Math.round(groups.flat().length / groups.length)} events`,
  )
  return median(figures)
}

async function measurePeer(ours: number): Promise<void> {
  const program = join(import.meta.dirname, 'support/dbos.ts')
  await using database = await createBenchDatabase(server)
  const before = database.cpuSeconds()
  const output = execFileSync(process.execPath, ['--no-deprecation', program, database.url], {
    encoding: 'utf8',
  })
  const peer = JSON.parse(output) as Peer
  const perStep = (seconds: number) => ((seconds * 1e6) / peer.steps).toFixed(0)
  print(
    `  DBOS 5.3.0    ${range(peer.stepsPerSecond)} steps/s, ${perStep(peer.cpuSeconds)} µs, Postgres ${perStep(database.cpuSeconds() - before)} µs; 1,000 workflows at once, started directly, its default pool of 10`,
  )
  print(
    `                one replica makes ${(ours / median(peer.stepsPerSecond)).toFixed(0)} times as many steps`,
  )
  print(
    `                a lone workflow: p50 ${peer.loneMs.p50.toFixed(1)} ms, p99 ${peer.loneMs.p99.toFixed(1)} ms`,
  )
}

interface Peer {
  readonly stepsPerSecond: readonly number[]
  readonly loneMs: { readonly p50: number; readonly p99: number }
  readonly steps: number
  readonly cpuSeconds: number
}

function report(count: number, rounds: readonly Round[], note: string): void {
  const of = (key: keyof Round) => rounds.map((round) => round[key])
  print(
    `  ${count} ${count === 1 ? 'replica ' : 'replicas'}    ${range(of('stepsPerSecond'))} steps/s, replicas ${median(of('replicaCpu')).toFixed(0)} µs, Postgres ${median(of('postgresCpu')).toFixed(0)} µs${note && `; ${note}`}`,
  )
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(0)} %`
}
