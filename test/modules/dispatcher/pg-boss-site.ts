import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { systemClock } from '../../../src/clock.ts'
import {
  createPgBossDispatcher,
  type PgBossDispatcherOptions,
} from '../../../src/modules/dispatcher/pg-boss/index.ts'
import { createSessionClaims } from '../../../src/store/postgres/claims.ts'
import {
  clientConfig,
  type DatabaseSettings,
} from '../../../src/store/postgres/connection-options.ts'
import { type OpenLifeline, openLifeline } from '../../../src/store/postgres/lifeline.ts'
import { migrations } from '../../../src/store/postgres/migrations.ts'
import { createQueries, type Queries } from '../../../src/store/postgres/queries.ts'
import type { SessionClaims } from '../../../src/store/replica.ts'
import { ClaimLostError, ConflictError, type Store } from '../../../src/store/types.ts'
import type { DispatcherProcess, DispatcherSite } from './conformance.ts'

/** A process with a dispatcher, as far as one can be had inside another. */
export interface Replica extends DispatcherProcess {
  readonly claims: SessionClaims
  readonly lifeline: OpenLifeline | undefined
  readonly log: string[]
}

export interface ReplicaOptions
  extends Partial<Pick<PgBossDispatcherOptions, 'maxRunning' | 'renewAfterMs'>> {
  readonly url: string
  /** @default with */
  readonly lifeline?: 'with' | 'without'
}

/** Makes the tables in an empty database. */
export async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE SCHEMA stepstream')
  for (const migration of migrations) await client.query(migration)
  await client.end()
}

/** Everything of a replica that a dispatcher needs. */
export async function openReplica({
  url,
  lifeline: kind = 'with',
  maxRunning = 10,
  ...options
}: ReplicaOptions): Promise<Replica> {
  const settings: DatabaseSettings = {
    url,
    poolSize: 3,
    connectTimeoutMs: 2000,
    statementTimeoutMs: 10_000,
    tls: 'off',
    caFile: '',
  }
  const pool = new pg.Pool({ ...clientConfig(settings), max: 3 })
  const queries = createQueries(pool)
  const owner = (randomBytes(8).readBigUInt64BE() >> 1n).toString()
  const claims = createSessionClaims({ owner, queries })
  const lifeline =
    kind === 'with' ? await openLifeline({ settings, clock: systemClock }) : undefined
  const lines: string[] = []
  const write = (...args: unknown[]) => lines.push(args.map(describe).join(' '))
  const dispatcher = createPgBossDispatcher({
    connection: clientConfig(settings),
    engine: 'postgres',
    claims,
    lifeline,
    clock: systemClock,
    log: { debug: () => {}, info: write, warn: write, error: write },
    maxRunning,
    ...options,
  })
  return {
    store: rowStore(queries, owner),
    dispatcher,
    claims,
    lifeline,
    log: lines,
    async close() {
      await lifeline?.close()
      await pool.end()
    },
  }
}

/** A site for the conformance suite on a database of its own. */
export async function pgBossSite(
  database: AsyncDisposable & { readonly url: string },
  options: Pick<ReplicaOptions, 'lifeline'> = {},
): Promise<DispatcherSite> {
  await migrate(database.url)
  return {
    open: ({ maxRunning }) => openReplica({ url: database.url, maxRunning, ...options }),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** As much of a store as drivers made by hand need: rows, without a log behind them. */
function rowStore(queries: Queries, owner: string): Store {
  const store: Pick<Store, 'createSession' | 'append' | 'extent'> = {
    async createSession({ session, events }) {
      await queries.rows(
        `INSERT INTO stepstream.session
           (id, tenant, status, total_steps, created_at, wake_at, ended_at, last_seq, owner)
         VALUES ($1, $2, $3, 1, $4, $5, $6, $7, CASE WHEN $6::bigint IS NULL THEN $8 END)`,
        [
          session.id,
          session.tenant,
          session.status,
          session.createdAt,
          session.wakeAt,
          session.endedAt,
          events.length,
          owner,
        ],
      )
      return { created: true }
    },
    async append({ sessionId, expectedSeq, events, summary, claim }) {
      const [row] = await queries.rows<{ claim: string | null; last_seq: number }>(
        `UPDATE stepstream.session SET last_seq = last_seq + $3,
           status = coalesce($4, status),
           wake_at = CASE WHEN $4::text IS NULL THEN wake_at ELSE $5 END,
           ended_at = coalesce($6, ended_at),
           owner = CASE WHEN $6::bigint IS NULL THEN owner END
         WHERE id = $1 AND last_seq = $2 AND ($7::text IS NULL OR claim = $7) RETURNING claim`,
        [
          sessionId,
          expectedSeq,
          events.length,
          summary?.status,
          summary?.wakeAt,
          summary?.endedAt,
          claim,
        ],
      )
      if (row !== undefined) return
      const [now] = await queries.rows<{ claim: string | null }>(
        'SELECT claim FROM stepstream.session WHERE id = $1',
        [sessionId],
      )
      if (claim !== undefined && now?.claim !== claim) throw new ClaimLostError(sessionId)
      throw new ConflictError(sessionId)
    },
    async extent(sessionId) {
      const [row] = await queries.rows<{ tenant: string; next: number; ended: boolean }>(
        `SELECT tenant, last_seq + 1 AS next, ended_at IS NOT NULL AS ended
         FROM stepstream.session WHERE id = $1`,
        [sessionId],
      )
      return row && { ...row, first: 1 }
    },
  }
  return store as Store
}

function describe(value: unknown): string {
  if (typeof value === 'string') return value
  return JSON.stringify(value, (_, field) => (field instanceof Error ? field.message : field))
}
