import { setTimeout as delay } from 'node:timers/promises'
import { startPostgres } from '../test/support/postgres-server.ts'
import { planOf } from './support/app.ts'
import { type BenchDatabase, createBenchDatabase } from './support/database.ts'
import { openLoader, untilCount } from './support/load.ts'
import { startReplica, startReplicas } from './support/replicas.ts'
import { print, range } from './support/report.ts'

/**
 * How long sessions stand still when the replica that drives them is killed, and when it freezes:
 * from the signal until the last of them has begun its step anew on another one.
 */
const SESSIONS = 150
const KILLS = 5
const FREEZES = 2
/** The others have seen one another by then. */
const SETTLE_MS = 4000

await using server = await startPostgres()
print(
  `Postgres ${server.version}; ${SESSIONS} sessions of one replica orphaned at once, 2 others idle; seconds, median (least – most)`,
)
print(`  kill -9   ${range(await repeat('SIGKILL', KILLS), 2)} in ${KILLS} (aim: under 3)`)
print(`  SIGSTOP   ${range(await repeat('SIGSTOP', FREEZES), 2)} in ${FREEZES} (aim: under 15)`)

async function repeat(signal: NodeJS.Signals, times: number): Promise<readonly number[]> {
  const seconds: number[] = []
  while (seconds.length < times) seconds.push(await takeOver(signal))
  return seconds
}

async function takeOver(signal: NodeJS.Signals): Promise<number> {
  await using database = await createBenchDatabase(server)
  await using loader = await openLoader(database)
  await using victim = await startReplica(database.url)
  await loader.release(await loader.create(planOf(1, 'stuck'), SESSIONS))
  await untilCount(database, SESSIONS, startsOf(1))
  await using others = await startReplicas(2, database.url)
  await delay(SETTLE_MS)
  const began = performance.now()
  victim.child.kill(signal)
  await untilCount(database, SESSIONS, startsOf(2))
  const ms = performance.now() - began
  await checkStarts(database)
  // Their steps never end, so a farewell would take its time.
  await Promise.all([victim, ...others.all].map((replica) => replica.kill()))
  return ms / 1000
}

/** Nothing is taken over twice. */
async function checkStarts(database: BenchDatabase): Promise<void> {
  const [row] = await database.rows<{ count: string }>(
    "SELECT count(*) FROM stepstream.event WHERE type = 'step.started'",
  )
  if (Number(row?.count) !== 2 * SESSIONS) throw new Error(`${row?.count} attempts were begun`)
}

/** How many sessions have begun their step so many times. */
function startsOf(times: number): string {
  return `SELECT count(*) FROM (
    SELECT FROM stepstream.event WHERE type = 'step.started'
    GROUP BY session HAVING count(*) >= ${times}) AS begun`
}
