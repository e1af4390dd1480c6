import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres } from '../test/support/postgres-server.ts'
import { noopPlan } from './support/app.ts'
import { cpuSeconds } from './support/cpu.ts'
import { type BenchDatabase, createBenchDatabase } from './support/database.ts'
import { type Loader, openLoader } from './support/load.ts'
import { startReplicas } from './support/replicas.ts'
import { print } from './support/report.ts'

/**
 * What replicas without work ask of their database, with no sessions and with 10,000 that wait a
 * day, beside the same server without replicas. A minute each, so that what is done once a minute
 * is in it.
 */
const WINDOW_MS = 60_000
const SETTLE_MS = 10_000
const PARKED = 10_000
const BATCH = 1000
const DAY_MS = 86_400_000
const unclaimed = { claim: undefined, claimedSeq: undefined } as const

const statements = `SELECT xact_commit + xact_rollback AS transactions,
  tup_returned AS rows, pg_current_wal_lsn() - '0/0' AS wal
  FROM pg_stat_database WHERE datname = current_database()`

interface Counters {
  readonly transactions: string
  readonly rows: string
  readonly wal: string
}

await using server = await startPostgres()
print(`Postgres ${server.version}, ${WINDOW_MS / 1000} s each; CPU in seconds per minute`)
for (const parked of [0, PARKED]) {
  await using database = await createBenchDatabase(server)
  {
    await using loader = await openLoader(database)
    for (let done = 0; done < parked; done += BATCH) await parkMany(loader, BATCH)
  }
  await database.rows('VACUUM ANALYZE')
  print(`  ${parked} parked sessions`)
  for (const count of [0, 1, 3]) await measure(database, count)
}

async function measure(database: BenchDatabase, count: number): Promise<void> {
  await using replicas = await startReplicas(count, database.url)
  const pids = replicas.all.map(({ pid }) => pid)
  await delay(SETTLE_MS)
  const before = await look(database, pids)
  await delay(WINDOW_MS)
  const after = await look(database, pids)
  const perSecond = (key: keyof Counters) =>
    ((Number(after[key]) - Number(before[key])) / (WINDOW_MS / 1000)).toFixed(1)
  const perMinute = (key: 'postgres' | 'replicas') =>
    (((after[key] - before[key]) * 60_000) / WINDOW_MS).toFixed(2)
  print(
    `    ${count} replicas  ${perSecond('transactions').padStart(6)} transactions/s  ${perSecond('rows').padStart(8)} rows read/s  ${perSecond('wal').padStart(7)} bytes of log/s  CPU: Postgres ${perMinute('postgres')}, replicas ${perMinute('replicas')}`,
  )
}

async function look(database: BenchDatabase, pids: readonly number[]) {
  const [counters] = await database.rows<Counters>(statements)
  if (counters === undefined) throw new Error('the database has no counters')
  return { ...counters, postgres: database.cpuSeconds(), replicas: cpuSeconds(pids) }
}

/** Writes sessions that have begun to wait, and lets go of them. */
async function parkMany({ backend, coordinator, create }: Loader, count: number): Promise<void> {
  const sessionIds = await create(noopPlan(1), count)
  const outcome = { status: 'waiting', until: Date.now() + DAY_MS } as const
  await Promise.all(
    sessionIds.map(async (id) => {
      await coordinator.dispatch(id, { type: 'start' }, unclaimed)
      const finish = { type: 'finishAttempt', stepId: 'step1', attempt: 1, outcome } as const
      await coordinator.dispatch(id, finish, unclaimed)
    }),
  )
  const { claims } = backend
  await claims.disown(
    claims.owner,
    sessionIds.map((sessionId) => ({ sessionId, claim: null })),
  )
}
