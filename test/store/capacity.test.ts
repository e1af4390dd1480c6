import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { createMemoryStore } from '../../src/store/memory/memory-store.ts'
import { openPostgresStore, type PostgresBackend } from '../../src/store/postgres/postgres-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../src/store/types.ts'
import { createDatabase } from '../support/postgres.ts'
import { dataDir } from './data-dir.ts'
import { databaseSettings } from './postgres-database.ts'
import { create, move, sessionRecord, start } from './records.ts'

const capacity = { running: 1, queued: 2 }

/** Databases are dropped when the test has finished. */
async function openPostgres(url?: string): Promise<PostgresBackend> {
  const database = url === undefined ? await createDatabase() : undefined
  const backend = await openPostgresStore({
    ...databaseSettings(url ?? database?.url ?? ''),
    capacity,
  })
  onTestFinished(async () => {
    await backend.store.close()
    await database?.[Symbol.asyncDispose]()
  })
  await backend.claims.register()
  return backend
}

describe.each<[string, () => Promise<Store>]>([
  ['memory', async () => createMemoryStore({ capacity })],
  ['SQLite in the loop', () => openSqliteStore({ dataDir: dataDir(), writer: 'loop', capacity })],
  ['SQLite in a thread', () => openSqliteStore({ dataDir: dataDir(), writer: 'thread', capacity })],
  ['Postgres', async () => (await openPostgres()).store],
])('the room for sessions in %s', (_, open) => {
  let store: Store
  beforeEach(async () => {
    store = await open()
    onTestFinished(() => store.close())
  })

  test('is what the capacity says, also for those that come at once', async () => {
    expect(await createMany(store, 10)).toEqual({ created: 3, refused: 7 })
    expect(await createMany(store, 2)).toEqual({ created: 0, refused: 2 })
  })

  test('is left by what parks or ends, and taken by what comes back', async () => {
    const [first, second] = [await create(store), await create(store)]
    await create(store)
    await move(store, first, 1, 'waiting', { wakeAt: start + 1000 })
    await move(store, second, 1, 'completed', { endedAt: start + 1000 })
    expect(await createMany(store, 3)).toEqual({ created: 2, refused: 1 })
    await move(store, first, 2, 'running')
    await expect(create(store)).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' })
    await move(store, first, 3, 'completed', { endedAt: start + 2000 })
    await expect(create(store)).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS' })
  })

  test('leaves the key of a refused session free', async () => {
    await createMany(store, 3)
    const session = sessionRecord()
    const idempotency = {
      key: 'k',
      requestHash: 'h',
      answer: '{}',
      expiresAt: start + 1_000_000,
    }
    const events = [{ seq: 1, type: 'session.created', body: '{}' } as const]
    const post = () => store.createSession({ session, events, idempotency })
    await expect(post()).rejects.toMatchObject({ code: 'TOO_MANY_SESSIONS', retryAfterMs: 5000 })
    const [some] = await store.listSessions({ tenant: 'default', limit: 1 })
    if (some === undefined) throw new Error('there is none')
    await move(store, { ...session, ...some }, 1, 'cancelled', { endedAt: start + 1000 })
    expect(await post()).toEqual({ created: true })
  })
})

describe('the room of several processes on one Postgres', () => {
  let url: string
  beforeAll(async () => {
    const database = await createDatabase()
    url = database.url
    return () => database[Symbol.asyncDispose]()
  })

  test('counts the places of each and is never exceeded', async () => {
    const backends = [await openPostgres(url), await openPostgres(url), await openPostgres(url)]
    const counts = await Promise.all(backends.map(({ store }) => createMany(store, 20)))
    const created = counts.reduce((sum, count) => sum + count.created, 0)
    expect(created).toBe(3 * capacity.running + capacity.queued)
  })
})

async function createMany(store: Store, count: number) {
  const answers = await Promise.allSettled(Array.from({ length: count }, () => create(store)))
  const refused = answers.filter(({ status }) => status === 'rejected')
  for (const answer of refused) {
    expect(answer).toMatchObject({ reason: { code: 'TOO_MANY_SESSIONS' } })
  }
  return { created: count - refused.length, refused: refused.length }
}
