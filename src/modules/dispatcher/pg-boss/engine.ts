import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type pg from 'pg'
import { type ConstructorOptions, PgBoss } from 'pg-boss'
import type { Occasion } from '../types.ts'
import type { Contact } from './contact.ts'

export type EngineName = 'postgres' | 'citus' | 'cockroachdb' | 'yugabytedb'

export interface EngineOptions {
  readonly connection: pg.ClientConfig
  readonly engine: EngineName
  readonly schema: string
  readonly log: Pick<FastifyBaseLogger, 'error' | 'warn'>
  readonly contact: Contact
}

/** A job as one process holds it: calls with a pair that is out of date change nothing. */
export interface JobAttempt {
  readonly id: string
  readonly retryCount: number
}

export interface SessionJob extends JobAttempt {
  readonly sessionId: string
}

export interface TimerJob extends SessionJob {
  readonly priority: number
}

export interface Wake {
  readonly sessionId: string
  readonly occasion: Occasion
  readonly priority: number
}

export interface DueTimer {
  readonly sessionId: string
  readonly priority: number
  /** ms since the epoch. */
  readonly at: number
  /** How far ahead that is. */
  readonly inMs: number
}

/** What pg-boss does for sessions, each call one statement for many. */
export interface SessionEngine {
  readonly boss: PgBoss
  /** Puts sessions in the queue that have no job there; says how many that were. */
  insert(wakes: readonly Wake[]): Promise<number>
  fetch(limit: number): Promise<readonly SessionJob[]>
  /** Says which are still ours, by id. */
  touch(jobs: readonly JobAttempt[]): Promise<ReadonlySet<string>>
  /** Removes jobs whose work is done. */
  settle(jobs: readonly JobAttempt[]): Promise<void>
  /** Gives jobs back, to be fetched at once by whoever comes first. */
  giveBack(jobs: readonly JobAttempt[]): Promise<void>
  /** Puts a new job in the place of one that gets too old; undefined when that is not ours any more. */
  renew(job: JobAttempt, sessionId: string): Promise<JobAttempt | undefined>
  insertTimers(timers: readonly DueTimer[]): Promise<void>
  fetchTimers(limit: number): Promise<readonly TimerJob[]>
  settleTimers(jobs: readonly JobAttempt[]): Promise<void>
  /** How many sessions wait for a driver, as of a second or two ago. */
  countReady(): Promise<number>
  /** One pass over jobs whose holder fell silent and over what can be removed; only one process in a second does it. */
  supervise(): Promise<void>
  close(): Promise<void>
}

interface SessionData {
  readonly sessionId: string
}

const SESSIONS = 'sessions'
const TIMERS = 'timers'

const DAY_S = 86_400

/** How many passes of supervision go by between two looks at whether indexes are worth rebuilding. */
const REINDEX_EVERY = 1800

/** What has begun goes before what is new: above every priority that a session may have. */
const BEGUN = 1000

/** Above every other: found at once by the transaction that put it there. */
const RENEWED = 1_000_000_000

const forEver = { retryLimit: 1_000_000_000, retryDelay: 0 } as const

const queues = [
  {
    name: SESSIONS,
    ...forEver,
    // One job for a session, waiting or active: a second one is skipped.
    policy: 'exclusive',
    heartbeatSeconds: 10,
    expireInSeconds: DAY_S,
    retentionSeconds: 3650 * DAY_S,
    warningQueueSize: 1_000_000,
  },
  {
    name: TIMERS,
    ...forEver,
    policy: 'exclusive',
    expireInSeconds: 30,
    retentionSeconds: 30 * DAY_S,
    warningQueueSize: 1_000_000,
  },
] as const

/** Opens pg-boss in a schema of its own; several processes may make it at once. */
export async function openEngine(options: EngineOptions): Promise<SessionEngine> {
  const { log, contact } = options
  const boss = new PgBoss(bossOptions(options))
  let passes = 0
  let closing = false
  boss.on('error', (error) => {
    // A fetch that was under way finds its connection closed.
    if (!closing) log.warn({ err: error }, 'pg-boss met an error')
  })
  boss.on('warning', ({ message, data }) => log.warn({ data }, message))
  try {
    await boss.start()
    for (const { name, ...queue } of queues) await boss.createQueue(name, queue)
  } catch (error) {
    await boss.stop({ graceful: false })
    throw error
  }
  return {
    boss,
    insert: (wakes) =>
      heard(async () => {
        const jobs = wakes.map(({ sessionId, occasion, priority }) => ({
          singletonKey: sessionId,
          data: { sessionId },
          priority: occasion === 'changed' ? BEGUN + priority : priority,
        }))
        const inserted = await boss.insert(SESSIONS, jobs, { returnId: true })
        return inserted?.length ?? 0
      }),
    fetch: (limit) => heard(() => fetchFrom<SessionData>(SESSIONS, limit)),
    touch: (jobs) => heard(async () => settledOf(await boss.touch(SESSIONS, [...jobs]))),
    settle: (jobs) => heard(() => remove(SESSIONS, jobs)),
    async giveBack(jobs) {
      if (jobs.length > 0) await heard(() => boss.fail(SESSIONS, [...jobs]))
    },
    renew: (job, sessionId) => heard(() => renew(job, sessionId)),
    async insertTimers(timers) {
      const jobs = timers.map(({ sessionId, at, inMs, priority }) => ({
        singletonKey: `${sessionId}/${at}`,
        data: { sessionId, priority },
        // Of those that are due together, the first that come into the queue get the free places.
        priority,
        // From now on, not a date: the clocks of this host and of the database may differ.
        startAfter: `${inMs} milliseconds`,
      }))
      await heard(() => boss.insert(TIMERS, jobs))
    },
    fetchTimers: (limit) =>
      heard(async () => {
        const jobs = await fetchFrom<SessionData & { readonly priority?: number }>(TIMERS, limit)
        // One that an earlier version planned does not say.
        return jobs.map(({ priority = 0, ...job }) => ({ ...job, priority }))
      }),
    settleTimers: (jobs) => heard(() => remove(TIMERS, jobs)),
    async countReady() {
      const [stats] = await heard(() => boss.getQueueStats(SESSIONS))
      return stats?.readyCount ?? 0
    },
    supervise: () =>
      heard(() => boss.supervise(undefined, { reindex: passes++ % REINDEX_EVERY === 0 })),
    close() {
      closing = true
      // It would wait for its workers, but what they run is over by now.
      return boss.stop({ graceful: false })
    },
  }

  async function heard<T>(ask: () => Promise<T>): Promise<T> {
    try {
      const answer = await ask()
      contact.answered()
      return answer
    } catch (error) {
      contact.failed()
      throw error
    }
  }

  async function fetchFrom<Data extends SessionData>(
    queue: string,
    limit: number,
  ): Promise<readonly (JobAttempt & Data)[]> {
    const jobs = await boss.fetch<Data>(queue, { batchSize: limit })
    return jobs.map(({ id, retryCount, data }) => ({ id, retryCount, ...data }))
  }

  /** Not `complete`: nobody reads ended jobs, and each would be written once more and then removed. */
  async function remove(queue: string, jobs: readonly JobAttempt[]): Promise<void> {
    if (jobs.length > 0) await boss.deleteJob(queue, [...jobs])
  }

  /** In one transaction, so that nobody else sees the new job before it is ours. */
  async function renew(job: JobAttempt, sessionId: string): Promise<JobAttempt | undefined> {
    const transaction = await boss.getDb().beginTransaction?.()
    if (transaction === undefined) throw new Error('pg-boss has no connections of its own')
    const { db } = transaction
    try {
      const removed = settledOf(await boss.deleteJob(SESSIONS, [{ ...job }], { db }))
      if (!removed.has(job.id)) {
        await transaction.rollback()
        return undefined
      }
      const id = randomUUID()
      const renewed = { id, singletonKey: sessionId, data: { sessionId }, priority: RENEWED }
      await boss.insert(SESSIONS, [renewed], { db })
      const [fetched] = await boss.fetch(SESSIONS, { batchSize: 1, minPriority: RENEWED, db })
      if (fetched?.id !== id) throw new Error(`the job of ${sessionId} could not be renewed`)
      await transaction.commit()
      return { id, retryCount: fetched.retryCount }
    } catch (error) {
      await transaction.rollback()
      throw error
    }
  }
}

function bossOptions({ connection, engine, schema }: EngineOptions): ConstructorOptions {
  return {
    // Its own idea of a connection is the driver's, with fewer `undefined`s.
    ...(connection as ConstructorOptions),
    max: 4,
    backend: engine,
    schema,
    // Called by hand, since heartbeats must be looked at more often than its timers allow.
    supervise: false,
    monitorIntervalSeconds: 1,
    maintenanceIntervalSeconds: 60,
    monitorVacuum: false,
    // Asked for by the passes that have it.
    reindex: false,
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 5,
  }
}

/** The ids that a statement found ours; the type of the answer does not tell of them. */
function settledOf(response: object): ReadonlySet<string> {
  if ('settled' in response && Array.isArray(response.settled)) return new Set(response.settled)
  throw new TypeError('pg-boss does not say which jobs it settled')
}
