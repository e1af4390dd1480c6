import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { type Clock, systemClock } from '../../clock.ts'
import type { Capacity } from '../capacity.ts'
import { createGroupedStore, type StoreReads } from '../grouped-store.ts'
import type { Lifeline, RequestCounter, RightOfWay, SessionClaims } from '../replica.ts'
import type { Store } from '../types.ts'
import type { WriteQueueOptions } from '../write-queue.ts'
import { type ChangeFeed, createChangeFeed } from './change-feed.ts'
import { createSessionClaims } from './claims.ts'
import { createPostgresCommitter } from './committer.ts'
import { clientConfig, type DatabaseSettings } from './connection-options.ts'
import { createDocumentReads } from './document-reads.ts'
import type { Engine } from './engine.ts'
import { createEventReads } from './event-reads.ts'
import { openLifeline } from './lifeline.ts'
import { createMergedReads } from './merged-reads.ts'
import { createQueries, type Queries } from './queries.ts'
import { readyDatabase } from './ready-database.ts'
import { createRequestCounter } from './request-counter.ts'
import { createRightOfWay } from './right-of-way.ts'
import { createSessionReads } from './session-reads.ts'
import { createSideReads } from './side-reads.ts'
import { createTimerReads } from './timer-reads.ts'
import { createWorkflowReads } from './workflow-reads.ts'
import { createWriteConnection } from './write-connection.ts'

export interface PostgresStoreOptions extends DatabaseSettings, WriteQueueOptions {
  /** @default the machine's */
  readonly clock?: Clock
  /** How long a database that cannot be reached is waited for. @default 30000 */
  readonly patienceMs?: number
  /** @default no limit */
  readonly capacity?: Capacity
  /** Told what went wrong and is tried again: for the log. */
  readonly onFault?: (error: Error, what: string) => void
}

/** The store that several processes share, and what it offers them beside the port. */
export interface PostgresBackend {
  /** Closing it closes all of this. */
  readonly store: Store
  readonly claims: SessionClaims
  readonly lifeline: Lifeline
  readonly requests: RequestCounter
  /** Absent where the engine has no notifications. */
  readonly rightOfWay: RightOfWay | undefined
  readonly queries: Queries
  readonly pool: pg.Pool
  /** How every connection is made. */
  readonly config: pg.ClientConfig
  readonly engine: Engine
}

const PATIENCE_MS = 30_000

/** By then a statement that was sent has gone through or never will. */
const LATE_MS = 15_000

/**
 * Opens the store in Postgres and brings its schema up to date.
 * @throws StoreOpenError when the database cannot be reached, refuses, or serves newer programs only
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<PostgresBackend> {
  const { clock = systemClock, patienceMs = PATIENCE_MS, onFault = () => {} } = options
  const settings = options
  const engine = await readyDatabase({ settings, clock, patienceMs, onFault })
  const owner = newOwner()
  const config = clientConfig(settings)
  await using undo = new AsyncDisposableStack()

  const pool = new pg.Pool({ ...config, max: settings.poolSize })
  undo.defer(() => pool.end())
  const queries = createQueries(pool)
  const lifeline = await openLifeline({ settings, clock })
  undo.defer(() => lifeline.close())
  const feed = await createChangeFeed({
    owner,
    lifeline: engine.notify ? lifeline : undefined,
    queries,
    clock,
  })
  undo.defer(() => feed.close())
  const connection = createWriteConnection({
    config,
    clock,
    engine,
    onFault: (error) => onFault(error, 'the connection that writes to the database is lost'),
  })
  undo.defer(() => connection.close())

  const committer = createPostgresCommitter({
    connection,
    owner,
    notify: engine.notify,
    capacity: options.capacity,
    doubt(sessionIds) {
      feed.doubt(sessionIds)
      // What was on its way when the connection broke may yet arrive.
      clock.setTimer(LATE_MS, () => feed.doubt(sessionIds))
    },
  })
  const owned = undo.move()
  const grouped = createGroupedStore(committer, createReads(queries), {
    ...options,
    onChange: feed.onChange,
    close: () => owned.disposeAsync(),
  })
  return {
    store: { ...grouped, health: () => health(grouped, feed) },
    claims: createSessionClaims({ owner, queries }),
    lifeline,
    requests: createRequestCounter({ queries, clock }),
    rightOfWay: engine.notify ? createRightOfWay(lifeline) : undefined,
    queries,
    pool,
    config,
    engine,
  }
}

/** A database that is gone shows also while nothing is written. */
async function health(store: Store, feed: ChangeFeed): ReturnType<Store['health']> {
  const detail = feed.health()
  return detail === undefined ? store.health() : { writable: false, detail }
}

/** Below 2^63, so that it can be the key of an advisory lock. */
function newOwner(): string {
  return (randomBytes(8).readBigUInt64BE() >> 1n).toString()
}

function createReads(queries: Queries): StoreReads {
  return {
    ...createSessionReads(queries),
    ...createEventReads(queries),
    ...createMergedReads(queries),
    ...createTimerReads(queries),
    ...createSideReads(queries),
    ...createWorkflowReads(queries),
    ...createDocumentReads(queries),
  }
}
