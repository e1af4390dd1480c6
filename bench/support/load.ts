import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../src/clock.ts'
import { newSessionId } from '../../src/ids.ts'
import { createLogger } from '../../src/log.ts'
import { Contact } from '../../src/modules/dispatcher/pg-boss/contact.ts'
import { openEngine } from '../../src/modules/dispatcher/pg-boss/engine.ts'
import { createSessionCoordinator } from '../../src/modules/session-coordinator/index.ts'
import type { SessionCoordinator } from '../../src/modules/session-coordinator/types.ts'
import type { Plan } from '../../src/session/plan.ts'
import { openPostgresStore, type PostgresBackend } from '../../src/store/postgres/postgres-store.ts'
import type { BenchDatabase } from './database.ts'

/** Sessions that wait in the database, unknown to the queue, until they are let loose. */
export interface Loader extends AsyncDisposable {
  readonly backend: PostgresBackend
  readonly coordinator: SessionCoordinator
  /** Writes sessions that nobody drives yet. */
  create(plan: Plan, count: number): Promise<readonly string[]>
  /** Puts them in the queue, all at once. */
  release(sessionIds: readonly string[]): Promise<void>
}

const SETTINGS = {
  poolSize: 4,
  connectTimeoutMs: 5000,
  statementTimeoutMs: 30_000,
  tls: 'off',
  caFile: '',
} as const

/** The calls that a replica makes when sessions are posted, but in its own time. */
export async function openLoader(database: BenchDatabase): Promise<Loader> {
  await using undo = new AsyncDisposableStack()
  const backend = await openPostgresStore({ ...SETTINGS, url: database.url })
  undo.defer(() => backend.store.close())
  const engine = await openEngine({
    connection: backend.config,
    engine: backend.engine.name,
    schema: 'stepstream_queue',
    log: createLogger({ LOG_LEVEL: 'warn', LOG_FORMAT: 'json' }),
    contact: new Contact(),
  })
  undo.defer(() => engine.close())
  const coordinator = createSessionCoordinator({
    store: backend.store,
    clock: systemClock,
    random: Math.random,
    keepNew: 0,
  })
  const owned = undo.move()
  return {
    backend,
    coordinator,
    create: (plan, count) =>
      Promise.all(Array.from({ length: count }, () => createOne(coordinator, plan))),
    async release(sessionIds) {
      await engine.insert(
        sessionIds.map((sessionId) => ({ sessionId, occasion: 'created', priority: 0 })),
      )
      await backend.lifeline.query("SELECT pg_notify('stepstream_work', 'bench')")
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function createOne(coordinator: SessionCoordinator, plan: Plan): Promise<string> {
  const createdAt = Date.now()
  const id = newSessionId(createdAt)
  const correlation = { id }
  await coordinator.create({ id, tenant: 'default', name: null, plan, correlation, createdAt })
  return id
}

const POLL_MS = 10

/** Resolves when a query's `count` has come to so many. */
export async function untilCount(
  database: BenchDatabase,
  count: number,
  text: string,
): Promise<void> {
  for (;;) {
    const [row] = await database.rows<{ count: string | null }>(text)
    if (Number(row?.count) >= count) return
    await delay(POLL_MS)
  }
}

/** How many sessions have come to their end well. */
export const completedSessions =
  "SELECT sum(sessions) AS count FROM stepstream.status_count WHERE status = 'completed'"
