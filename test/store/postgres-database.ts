import pg from 'pg'
import { onTestFinished } from 'vitest'
import { clientConfig, type DatabaseSettings } from '../../src/store/postgres/connection-options.ts'
import { migrations } from '../../src/store/postgres/migrations.ts'
import { createQueries, type Queries } from '../../src/store/postgres/queries.ts'
import { createDatabase } from '../support/postgres.ts'

/** Conditions may take this long on a machine that does other things as well. */
export const patient = { timeout: 5000 }

/** Settings as the service has them by default, for one database. */
export function databaseSettings(
  url: string,
  changes: Partial<DatabaseSettings> = {},
): DatabaseSettings {
  return {
    url,
    poolSize: 3,
    connectTimeoutMs: 2000,
    statementTimeoutMs: 10_000,
    tls: 'url',
    caFile: '',
    ...changes,
  }
}

/** The same database by another way. */
export function through(url: string, port: number): string {
  const other = new URL(url)
  other.hostname = '127.0.0.1'
  other.port = String(port)
  return other.href
}

/** The url of a database with the tables, which is dropped when the test has finished. */
export async function migratedDatabase(): Promise<string> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  await migrateDatabase(database.url)
  return database.url
}

export async function migrateDatabase(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query('CREATE SCHEMA IF NOT EXISTS stepstream')
  for (const migration of migrations) await client.query(migration)
  await client.end()
}

/** Queries over a pool that is closed when the test has finished. */
export function openQueries(
  url: string,
  changes: Partial<DatabaseSettings> = {},
): { queries: Queries; pool: pg.Pool } {
  const settings = databaseSettings(url, changes)
  const pool = new pg.Pool({ ...clientConfig(settings), max: settings.poolSize })
  onTestFinished(() => pool.end())
  return { queries: createQueries(pool), pool }
}

/** Writes sessions as they lie in the table; answers with their ids. */
export async function insertSessions(
  queries: Queries,
  sessions: readonly {
    id: string
    status?: string
    owner?: string | null
    claim?: string | null
    wakeAt?: number | null
    endedAt?: number | null
    priority?: number
    purge?: string
  }[],
): Promise<void> {
  for (const session of sessions) {
    const { id, status = 'running', owner = null, claim = null } = session
    const { wakeAt = null, endedAt = null, priority = 0, purge = 'live' } = session
    await queries.rows(
      `INSERT INTO stepstream.session
         (id, tenant, status, total_steps, created_at, wake_at, ended_at, last_seq, owner, claim, purge,
           priority)
       VALUES ($1, 'default', $2, 1, 0, $3, $4, 1, $5, $6, $7, $8)`,
      [id, status, wakeAt, endedAt, owner, claim, purge, priority],
    )
  }
}

/**
 * Writes one event to each of the sessions in one commit and tells of it as the store does, or
 * keeps silent; answers with the log's position afterwards.
 */
export async function write(
  queries: Queries,
  owner: string,
  sessionIds: readonly string[],
  { silent = false }: { silent?: boolean } = {},
): Promise<number> {
  const [row] = await queries.rows<{ to: number }>(
    `WITH moved AS (
       UPDATE stepstream.session SET last_seq = last_seq + 1
       WHERE id = ANY ($1) RETURNING no, id, last_seq
     ), taken AS (
       UPDATE stepstream.log_position SET position = position + cardinality($1::text[])
       RETURNING position
     ), logged AS (
       INSERT INTO stepstream.event (session, seq, position, tenant, type, body)
       SELECT no, last_seq, position - cardinality($1::text[]) + row_number() OVER (ORDER BY no),
         'default', 'step.progress', '{}'
       FROM moved, taken
     )
     SELECT position AS to, CASE WHEN $3 THEN NULL ELSE pg_notify('stepstream_log',
       concat_ws(' ', $2::text, position - cardinality($1::text[]), position,
         array_to_string($1::text[], ' '))) END
     FROM taken`,
    [sessionIds, owner, silent],
  )
  return row!.to
}
