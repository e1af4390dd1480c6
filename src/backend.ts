import { join } from 'node:path'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import { openArtifactBytes } from './modules/artifacts/open-bytes.ts'
import type { ArtifactBytes } from './modules/artifacts/types.ts'
import { createInProcessDispatcher } from './modules/dispatcher/in-process.ts'
import type { Dispatcher } from './modules/dispatcher/types.ts'
import type { Capacity } from './store/capacity.ts'
import type { RequestCounter, RightOfWay } from './store/replica.ts'
import { openSqliteStore } from './store/sqlite/sqlite-store.ts'
import type { Store } from './store/types.ts'

/** What sessions are kept in, and what hands them to drivers: all that tells one machine from many. */
export interface Backend {
  readonly store: Store
  readonly dispatcher: Dispatcher
  readonly artifactBytes: ArtifactBytes
  /** Absent: the process counts its requests by itself. */
  readonly requests?: RequestCounter
  /** Absent: nobody else writes. */
  readonly rightOfWay?: RightOfWay | undefined
}

export interface BackendOptions {
  readonly config: Config
  readonly clock: Clock
  readonly log: FastifyBaseLogger
  /** Told of every group of writes after its commit: how many rows it had and how long it took. */
  readonly observe: (group: { rows: number; durationMs: number }) => void
}

/**
 * Opens what the settings name: the embedded store in `DATA_DIR` with a dispatcher of its own, or
 * the Postgres that replicas share with pg-boss.
 * @throws StoreOpenError, ConfigError
 */
export function openBackend(options: BackendOptions): Promise<Backend> {
  return options.config.DATABASE_URL === '' ? openEmbedded(options) : openPostgres(options)
}

/** A backend around a store that is open already, for one process. @throws ConfigError */
export async function embedStore(
  store: Store,
  { config, clock, log }: Omit<BackendOptions, 'observe'>,
): Promise<Backend> {
  const places = config.ARTIFACTS_URL || join(config.DATA_DIR, 'artifacts')
  return {
    store,
    dispatcher: createInProcessDispatcher({
      store,
      clock,
      log,
      maxRunning: config.MAX_SESSIONS_RUNNING,
    }),
    artifactBytes: await closingOnFault(store, openArtifactBytes(places)),
  }
}

async function openEmbedded(options: BackendOptions): Promise<Backend> {
  const { config, observe } = options
  const store = await openSqliteStore({
    dataDir: config.DATA_DIR,
    capacity: capacityOf(config),
    observe,
  })
  return embedStore(store, options)
}

async function openPostgres({ config, clock, log, observe }: BackendOptions): Promise<Backend> {
  // Who keeps sessions in a folder need not wait for what talks to Postgres to be loaded.
  const { databaseSettings } = await import('./store/postgres/connection-options.ts')
  const { openPostgresStore } = await import('./store/postgres/postgres-store.ts')
  const { createPgBossDispatcher } = await import('./modules/dispatcher/pg-boss/index.ts')
  const { createPostgresBytes } = await import('./modules/artifacts/postgres.ts')
  const { store, claims, lifeline, requests, rightOfWay, pool, ...database } =
    await openPostgresStore({
      ...databaseSettings(config),
      capacity: capacityOf(config),
      clock,
      observe,
      onFault: (error, what) => log.warn({ err: error }, what),
    })
  // Before it may create a session, so that others know whose it is.
  await closingOnFault(store, claims.register())
  const { name, notify, advisoryLocks } = database.engine
  const bytes =
    config.ARTIFACTS_URL === ''
      ? createPostgresBytes({ pool })
      : await closingOnFault(store, openArtifactBytes(config.ARTIFACTS_URL))
  return {
    store,
    requests,
    rightOfWay,
    artifactBytes: bytes,
    dispatcher: createPgBossDispatcher({
      connection: database.config,
      engine: name,
      claims,
      lifeline: notify && advisoryLocks ? lifeline : undefined,
      clock,
      log,
      maxRunning: config.MAX_SESSIONS_RUNNING,
    }),
  }
}

function capacityOf(config: Config): Capacity {
  return { running: config.MAX_SESSIONS_RUNNING, queued: config.MAX_SESSIONS_QUEUED }
}

/** What is opened after the store must not leave it open when it cannot be. */
async function closingOnFault<Value>(store: Store, opening: Promise<Value>): Promise<Value> {
  try {
    return await opening
  } catch (error) {
    await store.close()
    throw error
  }
}
