import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../src/store/types.ts'
import { dataDir } from './data-dir.ts'
import { newDocument } from './document-contract.ts'
import { databaseSettings } from './postgres-database.ts'
import { create, start } from './records.ts'
import { postgresPlace } from './transfer-stores.ts'

async function openSqlite(folder = dataDir()): Promise<Store> {
  const store = await openSqliteStore({ dataDir: folder })
  onTestFinished(() => store.close())
  return store
}

async function openPostgres(url: string): Promise<Store> {
  const { store } = await openPostgresStore(databaseSettings(url))
  onTestFinished(() => store.close())
  return store
}

describe.each([
  ['SQLite', () => openSqlite()],
  ['Postgres', async () => openPostgres((await postgresPlace()).DATABASE_URL ?? '')],
])('retention in %s', (_name, open) => {
  const batch = { endedBefore: start + 1, now: start, maxRows: 10 }
  const fill = (store: Store, changes: Parameters<typeof newDocument>[1]) =>
    Promise.all(
      Array.from({ length: 25 }, (_, index) =>
        store.putDocument(newDocument(`${index}`, changes), 0),
      ),
    )
  const left = async (store: Store) =>
    (await store.listDocuments({ tenant: 'default', kind: 'schedule', limit: 100 })).length

  test('removes the documents of a session in small batches, and then the session', async () => {
    const store = await open()
    const { id } = await create(store, { status: 'completed', endedAt: start })
    await fill(store, { sessionId: id })
    const seen: [number, readonly string[], boolean][] = []
    for (let more = true; more; ) {
      const purged = await store.purge(batch)
      more = purged.more
      seen.push([await left(store), purged.removed, more])
    }
    expect(seen).toEqual([
      [16, [], true],
      [6, [], true],
      [0, [id], false],
    ])
  })

  test('removes documents that have expired in small batches', async () => {
    const store = await open()
    await fill(store, { expiresAt: start })
    const seen: [number, boolean][] = []
    for (let more = true; more; ) {
      more = (await store.purge(batch)).more
      seen.push([await left(store), more])
    }
    expect(seen).toEqual([
      [15, true],
      [5, true],
      [0, false],
    ])
  })
})

test('of two replicas that expect the same version one writes', async () => {
  const { DATABASE_URL: url = '' } = await postgresPlace()
  const replicas = [await openPostgres(url), await openPostgres(url)]
  for (let version = 0; version < 20; version++) {
    const outcomes = await Promise.all(
      replicas.map((store, index) =>
        store.putDocument(newDocument('a', { body: `${version}.${index}` }), version),
      ),
    )
    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['unexpected', 'written'])
    expect(outcomes.map((outcome) => outcome.version)).toEqual([version + 1, version + 1])
  }
})

test('a document that somebody is just writing goes with its session all the same', async () => {
  const { DATABASE_URL: url = '' } = await postgresPlace()
  const store = await openPostgres(url)
  const { id: sessionId } = await create(store, { status: 'completed', endedAt: start })
  await store.putDocument(newDocument('a', { sessionId }), 0)
  const other = new pg.Client(url)
  await other.connect()
  await other.query('BEGIN')
  await other.query("UPDATE stepstream.document SET body = '2', version = 2")
  const purging = store.purge({ endedBefore: start + 1, now: start, maxRows: 100 })
  const waiting =
    "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  await expect.poll(async () => (await other.query(waiting)).rowCount).toBe(1)
  await other.query('COMMIT')
  await other.end()
  expect((await purging).removed).toEqual([sessionId])
  expect(await store.document('default', 'schedule', 'a')).toBeUndefined()
})

test.each([
  ['went with their session', { sessionId: 'of the session' }],
  ['expired', { expiresAt: start }],
])('the embedded store keeps no trace of documents that %s', async (_what, changes) => {
  const folder = dataDir()
  const store = await openSqlite(folder)
  const { id } = await create(store, { status: 'completed', endedAt: start })
  const sessionId = 'sessionId' in changes ? id : null
  const body = JSON.stringify('a-very-private-text'.repeat(1000))
  await store.putDocument(newDocument('a', { ...changes, sessionId, body }), 0)
  await store.purge({ endedBefore: start + 1, now: start, maxRows: 100 })
  expect(await store.document('default', 'schedule', 'a')).toBeUndefined()
  for (const name of ['stepstream.db', 'stepstream.db-wal']) {
    expect(readFileSync(join(folder, name)).includes('a-very-private-text')).toBe(false)
  }
})
