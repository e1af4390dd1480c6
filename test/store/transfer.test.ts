import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { databaseOf } from '../../src/cli/transfer-stores.ts'
import { openArtifactBytes } from '../../src/modules/artifacts/open-bytes.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import { newDocument } from './document-contract.ts'
import { appendOne, seqs, start } from './records.ts'
import { fillSqlite } from './transfer-content.ts'
import {
  contentOf,
  exportFrom,
  importInto,
  postgresPlace,
  queryOf,
  sqlitePlace,
} from './transfer-stores.ts'

describe('moving a store', () => {
  test('to Postgres and back to SQLite changes nothing', async () => {
    const first = sqlitePlace()
    await fillSqlite(first)
    const original = await exportFrom(first)
    expect(original.end).toMatchObject({ sessions: 5, artifacts: 3, bytes: 2 * 2 ** 20 + 3 })

    const database = await postgresPlace()
    expect(await importInto(database, original.text)).toEqual(original.end)
    const moved = await exportFrom(database)
    expect(moved.end.sha256).toBe(original.end.sha256)
    expect(contentOf(moved) === contentOf(original)).toBe(true)

    const last = sqlitePlace()
    await importInto(last, moved.text)
    const back = await exportFrom(last)
    expect(back.end.sha256).toBe(original.end.sha256)
    expect(contentOf(back) === contentOf(original)).toBe(true)
  })

  test('leaves hidden sessions behind, with all that is theirs', async () => {
    const place = sqlitePlace()
    const { hidden } = await fillSqlite(place)
    const { text } = await exportFrom(place)
    expect(text).not.toContain(hidden.id)
  })

  test('takes documents along, also those without a session', async () => {
    const from = sqlitePlace()
    const { running } = await fillSqlite(from)
    const to = sqlitePlace()
    await importInto(to, (await exportFrom(from)).text)
    const store = await openSqliteStore({ dataDir: to.DATA_DIR })
    expect(await store.dueDocuments(start + 7, 9)).toMatchObject([
      { id: 'a', version: 1, sessionId: running.id, expiresAt: 9e12 },
    ])
    expect(await store.document('default', 'schedule', 'é')).toMatchObject({
      version: 2,
      body: '"changed"',
      sessionId: null,
    })
    const list = { tenant: 'default', kind: 'schedule', limit: 9 }
    expect((await store.listDocuments(list)).map(({ id }) => id)).toEqual(['é', 'c', 'a'])
    await store.close()
  })

  test('leaves behind what browsers are signed in with', async () => {
    const from = sqlitePlace()
    const { running } = await fillSqlite(from)
    const store = await openSqliteStore({ dataDir: from.DATA_DIR })
    const cookies = { kind: 'browserState', sessionId: running.id, body: '{"cookie":"of a site"}' }
    await store.putDocument(newDocument('browser', cookies), 0)
    await store.close()
    const { text } = await exportFrom(from)
    expect(text).not.toContain('of a site')
    const to = sqlitePlace()
    await importInto(to, text)
    expect((await exportFrom(to)).text).not.toContain('browserState')
  })

  test('to SQLite gives a store that works as the first one did', async () => {
    const from = sqlitePlace()
    const { running, parked, cancelled } = await fillSqlite(from)
    const to = sqlitePlace()
    await importInto(to, (await exportFrom(from)).text)

    const store = await openSqliteStore({ dataDir: to.DATA_DIR })
    expect(await store.session(running.id)).toEqual({ ...running, status: 'running' })
    expect(await store.countByStatus()).toEqual({
      running: 1,
      waiting: 1,
      completed: 1,
      cancelled: 1,
      queued: 1,
    })
    expect(await store.due(start + 5000, 9)).toEqual([
      { sessionId: parked.id, status: 'waiting', priority: -7 },
    ])
    expect(await store.getSetting('firstKeyHash')).toBe('abc123')
    await appendOne(store, running, 706)
    expect((await seqs(store, running.id)).at(-1)).toBe(707)
    expect(await seqs(store, cancelled.id)).toEqual([1, 2])
    await store.close()
  })

  test('to Postgres gives a store that works, whose unended sessions any replica may take', async () => {
    const from = sqlitePlace()
    const { running, parked, ended } = await fillSqlite(from)
    const place = await postgresPlace()
    await importInto(place, (await exportFrom(from)).text)

    const { store, claims } = await openPostgresStore(databaseOf(place))
    expect(await store.session(running.id)).toEqual({ ...running, status: 'running' })
    expect(await store.countByStatus()).toEqual({
      running: 1,
      waiting: 1,
      completed: 1,
      cancelled: 1,
      queued: 1,
    })
    const unowned = await claims.unowned(start + 5000, undefined, 9)
    expect(unowned).toHaveLength(3)
    expect(unowned).toContainEqual({
      sessionId: parked.id,
      status: 'waiting',
      wakeAt: start + 5000,
      priority: -7,
      lastSeq: 2,
    })
    expect(await claims.claim([{ sessionId: running.id, claim: 'a:0' }])).toMatchObject([
      { sessionId: running.id, lastSeq: 706 },
    ])
    await appendOne(store, running, 706)
    expect((await seqs(store, running.id)).at(-1)).toBe(707)
    expect(await seqs(store, ended.id)).toEqual([1, 2, 3, 4])
    await store.markForPurge(ended.id)
    await store.close()
    const again = await exportFrom(place)
    expect(again.end.sessions).toBe(4)
    expect(again.text).not.toContain(ended.id)

    // Two of the positions were of the hidden session.
    expect(
      await queryOf(
        place,
        `SELECT min(position) AS first, max(position) AS last, count(*) FROM stepstream.event`,
      ),
    ).toEqual([{ first: 1, last: 718, count: 716 }])
  })

  test('keeps the order of commits, also past events that are gone', async () => {
    const from = sqlitePlace()
    await fillSqlite(from)
    const remembered = openDatabase(join(from.DATA_DIR, 'stepstream.db'))
    remembered.exec(
      "INSERT OR REPLACE INTO setting (name, value) VALUES ('store.position', '5000')",
    )
    remembered.close()
    const { text } = await exportFrom(from)

    const database = await postgresPlace()
    await importInto(database, text)
    expect(await queryOf(database, 'SELECT position FROM stepstream.log_position')).toEqual([
      { position: 5000 },
    ])
    const embedded = sqlitePlace()
    await importInto(embedded, text)
    expect((await exportFrom(embedded)).text.split('\n')[1]).toBe(
      '{"kind":"store","position":5000}',
    )
  })

  test('an empty store moves too', async () => {
    const from = sqlitePlace()
    await (await openSqliteStore({ dataDir: from.DATA_DIR })).close()
    const exported = await exportFrom(from)
    const to = await postgresPlace()
    await importInto(to, exported.text)
    expect((await exportFrom(to)).end.sha256).toBe(exported.end.sha256)
  })
})

describe('artifacts', () => {
  test('are where the new store’s service looks for them', async () => {
    const from = sqlitePlace()
    const { running, large } = await fillSqlite(from)
    const to = sqlitePlace()
    await importInto(to, (await exportFrom(from)).text)
    const store = await openSqliteStore({ dataDir: to.DATA_DIR })
    const records = await store.listArtifacts(running.id)
    await store.close()
    const bytes = await openArtifactBytes(join(to.DATA_DIR, 'artifacts'))
    const found = await Promise.all(records.map((record) => bytes.read(record)))
    expect(found.map((content) => content?.length).toSorted()).toEqual([0, 2, large.length])
    expect(found.some((content) => large.equals(content!))).toBe(true)
  })

  test('that both stores keep in one place stay as they are', async () => {
    const from = sqlitePlace()
    const { running, large } = await fillSqlite(from)
    const folder = join(from.DATA_DIR, 'artifacts')
    const { text } = await exportFrom(from)
    const to = await postgresPlace({ ARTIFACTS_URL: `file://${folder}` })
    const lines = text.split('\n')
    // Damaged after its artifacts: what the import takes back must not be what was there before.
    await expect(
      importInto(to, [...lines.slice(0, -3), ...lines.slice(-2)].join('\n')),
    ).rejects.toThrow('damaged')
    expect((await exportFrom(from)).text === text).toBe(true)
    await importInto(to, text)
    const moved = await queryOf(to, 'SELECT id FROM stepstream.artifact WHERE bytes > 1000')
    const bytes = await openArtifactBytes(folder)
    const content = await bytes.read({ sessionId: running.id, id: moved[0]!['id'] as string })
    expect(large.equals(content!)).toBe(true)
  })
})
