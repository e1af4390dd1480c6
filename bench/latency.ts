import { startPostgres } from '../test/support/postgres-server.ts'
import { createBenchDatabase } from './support/database.ts'
import { startReplicas } from './support/replicas.ts'
import { print, quantile } from './support/report.ts'
import { follow, post } from './support/stream.ts'

/**
 * How long somebody waits who posts one session to idle replicas and follows it: until it is
 * accepted, until its first step starts, until it ends; and how much later a frame is with the
 * followers of other replicas than with those of the one that drives.
 */
const SESSIONS = 200
const WARM_UP = 30
const STEPS = 10
const FOLLOWED = 40
const PAUSE_MS = 50

const noops = { steps: Array.from({ length: STEPS }, () => ({ uses: 'noop' })) }
/** The first step gives time to follow. */
const slow = {
  steps: Array.from({ length: STEPS }, () => ({ uses: 'pause', with: { ms: PAUSE_MS } })),
}

interface Lone {
  /** From the request to its answer. */
  readonly accepted: number
  /** From the answer to the frame that says so. */
  readonly started: number
  /** From the request to the last frame. */
  readonly ended: number
}

await using server = await startPostgres()
print(
  `Postgres ${server.version} with fsync; ${SESSIONS} sessions of ${STEPS} no-op steps, one at a time; ms`,
)
for (const count of [1, 3]) {
  await using database = await createBenchDatabase(server)
  await using replicas = await startReplicas(count, database.url)
  const urls = replicas.all.map(({ url }) => url)
  const lone: Lone[] = []
  for (let n = -WARM_UP; n < SESSIONS; n++) {
    const figures = await runLone(urls[Math.abs(n) % count] ?? '')
    if (n >= 0) lone.push(figures)
  }
  print(`  ${count} ${count === 1 ? 'replica' : 'replicas'}`)
  report(
    'POST to 202',
    lone.map(({ accepted }) => accepted),
  )
  report(
    '202 to the first step',
    lone.map(({ started }) => started),
  )
  report(
    'POST to the last event',
    lone.map(({ ended }) => ended),
  )
  if (count > 1) report('a frame elsewhere, later by', await followEverywhere(urls))
}

async function runLone(url: string): Promise<Lone> {
  const asked = performance.now()
  const { sessionId } = await post<{ sessionId: string }>(
    `${url}/v1/sessions`,
    JSON.stringify(noops),
  )
  const accepted = performance.now()
  let started = Number.NaN
  let ended = Number.NaN
  await follow(`${url}/v1/sessions/${sessionId}/events`, ({ event }, at) => {
    if (event === 'step.started' && Number.isNaN(started)) started = at
    if (event === 'session.completed') ended = at
  })
  return { accepted: accepted - asked, started: started - accepted, ended: ended - asked }
}

/** Every session is followed through all replicas; the one that drives it has each event first. */
async function followEverywhere(urls: readonly string[]): Promise<readonly number[]> {
  const later: number[] = []
  for (let n = 0; n < FOLLOWED; n++) {
    const url = urls[n % urls.length]
    const { sessionId } = await post<{ sessionId: string }>(
      `${url}/v1/sessions`,
      JSON.stringify(slow),
    )
    const arrivals = await Promise.all(urls.map((each) => arrivalsOf(each, sessionId)))
    // The first step's frames may have been there before the streams.
    for (const id of [...(arrivals[0]?.keys() ?? [])].slice(5)) {
      const [first = 0, ...others] = arrivals
        .map((times) => times.get(id) ?? Number.NaN)
        .toSorted((a, b) => a - b)
      later.push(...others.map((at) => at - first))
    }
  }
  return later
}

async function arrivalsOf(url: string, sessionId: string): Promise<ReadonlyMap<string, number>> {
  const times = new Map<string, number>()
  await follow(`${url}/v1/sessions/${sessionId}/events`, ({ id }, at) => {
    if (id !== undefined) times.set(id, at)
  })
  return times
}

function report(what: string, figures: readonly number[]): void {
  print(
    `    ${what.padEnd(28)}p50 ${quantile(figures, 0.5).toFixed(1).padStart(6)}  p99 ${quantile(figures, 0.99).toFixed(1).padStart(6)}`,
  )
}
