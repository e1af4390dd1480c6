import { join } from 'node:path'
import pg from 'pg'
import { systemClock } from '../clock.ts'
import type { Config } from '../config.ts'
import { openArtifactBytes } from '../modules/artifacts/open-bytes.ts'
import { createPostgresBytes } from '../modules/artifacts/postgres.ts'
import type { ArtifactBytes } from '../modules/artifacts/types.ts'
import {
  clientConfig,
  type DatabaseSettings,
  databaseSettings,
} from '../store/postgres/connection-options.ts'
import { readyDatabase } from '../store/postgres/ready-database.ts'
import { openPostgresSource, openPostgresTarget } from '../store/postgres/transfer.ts'
import { openSqliteSource, openSqliteTarget } from '../store/sqlite/transfer.ts'
import type { TransferSource, TransferTarget } from '../store/transfer/types.ts'

export interface OpenSource extends AsyncDisposable {
  readonly source: TransferSource
  readonly bytes: ArtifactBytes
}

export interface OpenTarget extends AsyncDisposable {
  readonly target: TransferTarget
  readonly bytes: ArtifactBytes
}

/** One for the transaction, one for the bytes of artifacts, one to spare. */
const CONNECTIONS = 3

/** Opens the store that the settings name, to read all of it. */
export async function openSource(config: Config): Promise<OpenSource> {
  await using undo = new AsyncDisposableStack()
  const pool = openPool(config, undo)
  const source =
    pool === undefined ? await openSqliteSource(config.DATA_DIR) : await openPostgresSource(pool)
  undo.defer(() => source.close())
  const bytes = await openBytes(config, pool, undo)
  const owned = undo.move()
  return { source, bytes, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Opens the store that the settings name, made if missing, to fill it. */
export async function openTarget(config: Config): Promise<OpenTarget> {
  await using undo = new AsyncDisposableStack()
  const pool = openPool(config, undo)
  if (pool !== undefined) await prepare(config)
  const target =
    pool === undefined ? await openSqliteTarget(config.DATA_DIR) : await openPostgresTarget(pool)
  undo.defer(() => target.close())
  const bytes = await openBytes(config, pool, undo)
  const owned = undo.move()
  return { target, bytes, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** How the database of the settings is reached. */
export function databaseOf(config: Config): DatabaseSettings {
  // What moves may be large: counting it at the end takes its time.
  return { ...databaseSettings(config), poolSize: CONNECTIONS, statementTimeoutMs: 0 }
}

/** Undefined where the store is the embedded one. */
function openPool(config: Config, undo: AsyncDisposableStack): pg.Pool | undefined {
  if (config.DATABASE_URL === '') return undefined
  const pool = new pg.Pool({ ...clientConfig(databaseOf(config)), max: CONNECTIONS })
  // An idle connection that dies has left the pool by then; whoever asks next gets a new one.
  pool.on('error', () => {})
  undo.defer(() => pool.end())
  return pool
}

/** Gives an empty database its tables. */
async function prepare(config: Config): Promise<void> {
  await readyDatabase({
    settings: databaseOf(config),
    clock: systemClock,
    patienceMs: 0,
    onFault: () => {},
  })
}

async function openBytes(
  config: Config,
  pool: pg.Pool | undefined,
  undo: AsyncDisposableStack,
): Promise<ArtifactBytes> {
  const bytes =
    pool === undefined || config.ARTIFACTS_URL !== ''
      ? await openArtifactBytes(config.ARTIFACTS_URL || join(config.DATA_DIR, 'artifacts'))
      : createPostgresBytes({ pool })
  undo.defer(() => bytes.close())
  return bytes
}
