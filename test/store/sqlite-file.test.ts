import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { chooseWriter } from '../../src/store/sqlite/choose-writer.ts'
import type { SyncCommitter } from '../../src/store/sqlite/committer.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { migrations } from '../../src/store/sqlite/migrations.ts'
import { openSqliteStore, type SqliteStoreOptions } from '../../src/store/sqlite/sqlite-store.ts'
import { StoreOpenError } from '../../src/store/store-open-error.ts'
import type { Store } from '../../src/store/types.ts'
import { done } from '../../src/store/write.ts'
import { dataDir } from './data-dir.ts'
import { appendOne, create, events, move, seqs, start } from './records.ts'
import { workflow } from './workflow-contract.ts'

/** Opens a store that is closed when the test has finished. */
async function open(options: SqliteStoreOptions): Promise<Store> {
  const store = await openSqliteStore(options)
  onTestFinished(() => store.close())
  return store
}

describe('opening', () => {
  test('makes the folder and finds everything again after a close', async () => {
    const folder = join(dataDir(), 'not', 'there')
    const first = await openSqliteStore({ dataDir: folder })
    const session = await create(first, {}, 3)
    await first.close()
    const second = await open({ dataDir: folder })
    expect(await second.session(session.id)).toEqual(session)
    await appendOne(second, session, 3)
    expect(await seqs(second, session.id)).toEqual([1, 2, 3, 4])
    expect(await second.countByStatus()).toEqual({ queued: 1 })
  })

  test('refuses a folder that another store of the process holds', async () => {
    const folder = dataDir()
    await open({ dataDir: folder })
    await expect(openSqliteStore({ dataDir: folder })).rejects.toThrow(StoreOpenError)
  })

  test('refuses a database of a newer schema and says which it knows', async () => {
    const folder = dataDir()
    await (await openSqliteStore({ dataDir: folder })).close()
    const database = openDatabase(join(folder, 'stepstream.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(openSqliteStore({ dataDir: folder })).rejects.toThrow(
      `has schema 99, and this version of Stepstream knows schemas up to ${migrations.length}`,
    )
    await expect(openSqliteStore({ dataDir: folder })).rejects.toThrow('has schema 99')
  })

  test('brings the oldest schema up to date and keeps what it holds', async () => {
    const folder = dataDir()
    mkdirSync(folder, { recursive: true })
    const database = openDatabase(join(folder, 'stepstream.db'))
    database.exec(`
      ${migrations[0]}
      INSERT INTO session (id, tenant, name, status, total_steps, created_at)
        VALUES ('ses_old', 'default', 'old', 'queued', 0, ${start});
      INSERT INTO plan VALUES (1, 'default', '{"steps":[]}', '{"id":"c"}');
      PRAGMA user_version = 1;
    `)
    database.close()
    const store = await open({ dataDir: folder })
    expect(await store.session('ses_old')).toMatchObject({ name: 'old', plan: { steps: [] } })
    const [listing] = await store.listSessions({ tenant: 'default', limit: 10 })
    expect(listing).toMatchObject({ id: 'ses_old', workflow: null, workflowVersion: null })
    expect(await store.saveWorkflow(workflow('a'))).toEqual({ kind: 'saved', version: 1 })
  })

  test('refuses a file that is no database', async () => {
    const folder = dataDir()
    writeFileSync(join(folder, 'stepstream.db'), 'these are not the pages you look for'.repeat(500))
    await expect(openSqliteStore({ dataDir: folder })).rejects.toThrow(
      'stepstream.db cannot be opened: it is not a SQLite database.',
    )
  })

  test('refuses a folder that cannot be made', async () => {
    const file = join(dataDir(), 'file')
    writeFileSync(file, '')
    await expect(openSqliteStore({ dataDir: join(file, 'data') })).rejects.toThrow(StoreOpenError)
  })
})

describe('the space of the file', () => {
  const fill = (store: Store) =>
    Promise.all(
      Array.from({ length: 20 }, async () => {
        const session = await create(store, {}, 200)
        await move(store, session, 200, 'completed', { endedAt: start })
      }),
    )
  const purgeAll = async (store: Store) => {
    for (let more = true; more; ) {
      ;({ more } = await store.purge({ endedBefore: start + 1, now: start, maxRows: 500 }))
    }
  }

  test('is used again after a purge', async () => {
    const folder = dataDir()
    const store = await open({ dataDir: folder })
    const sizes: number[] = []
    for (let round = 0; round < 4; round++) {
      await fill(store)
      await purgeAll(store)
      sizes.push(statSync(join(folder, 'stepstream.db')).size)
    }
    expect(Math.max(...sizes)).toBeLessThan((sizes[0] ?? 0) * 1.1)
  })

  test('keeps no trace of what was purged', async () => {
    const folder = dataDir()
    const store = await open({ dataDir: folder })
    const session = await create(store)
    const secret = events(1, 20, 'a-very-private-text')
    const { id: sessionId, tenant } = session
    await store.append({ sessionId, tenant, expectedSeq: 1, events: secret })
    await move(store, session, 21, 'completed', { endedAt: start })
    await purgeAll(store)
    for (const name of ['stepstream.db', 'stepstream.db-wal']) {
      expect(readFileSync(join(folder, name)).includes('a-very-private-text')).toBe(false)
    }
  })

  test('gives no position of the log twice, though the newest events were purged', async () => {
    const folder = dataDir()
    const positions = () => {
      const database = openDatabase(join(folder, 'stepstream.db'))
      const row = database
        .prepare('SELECT max(position) AS last FROM event')
        .get<{ last: number }>()
      database.close()
      return row?.last
    }
    const first = await openSqliteStore({ dataDir: folder })
    await create(first, { status: 'failed', endedAt: start }, 10)
    await purgeAll(first)
    await first.close()
    const second = await openSqliteStore({ dataDir: folder })
    await create(second, {}, 1)
    await second.close()
    expect(positions()).toBe(11)
  })

  test('reports a purged session again when the process ended before its files could follow', async () => {
    const folder = dataDir()
    const options = { endedBefore: start + 1, now: start, maxRows: 100 }
    const first = await openSqliteStore({ dataDir: folder })
    const { id } = await create(first, { status: 'failed', endedAt: start })
    expect((await first.purge(options)).removed).toEqual([id])
    await first.close()
    const second = await open({ dataDir: folder })
    expect((await second.purge(options)).removed).toEqual([id])
    expect((await second.purge(options)).removed).toEqual([])
  })
})

describe.each(['loop', 'thread'] as const)('a store without room (commits in the %s)', (writer) => {
  test('refuses writes, goes on reading, and recovers when there is room again', async () => {
    const store = await open({ dataDir: dataDir(), writer, maxPages: 150 })
    const old = await create(store, { status: 'failed', endedAt: start }, 3000)
    const session = await create(store)
    const last = await fillUp(store, session.id)
    expect(await seqs(store, session.id)).toHaveLength(last)
    expect(await store.health()).toMatchObject({ writable: false, detail: expect.any(String) })

    await store.purge({ endedBefore: start + 1, now: start, maxRows: 10_000 })
    expect(await store.session(old.id)).toBeUndefined()
    await appendOne(store, session, last)
    expect(await store.health()).toMatchObject({ writable: true })
    expect(await seqs(store, session.id)).toHaveLength(last + 1)
  })
})

test('a write that SQLite cannot take fails alone', async () => {
  const store = await open({ dataDir: dataDir(), writer: 'loop' })
  const session = await create(store)
  const results = await Promise.allSettled([
    appendOne(store, session, 1),
    store.initSetting('broken', {} as string),
    appendOne(store, session, 2),
  ])
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await seqs(store, session.id)).toEqual([1, 2, 3])
  expect(await store.health()).toMatchObject({ writable: true })
})

test('commits move to a thread where they are slow', () => {
  const takes = (ms: number): SyncCommitter => ({
    commit(writes) {
      for (const end = performance.now() + ms; performance.now() < end; );
      return writes.map(() => done)
    },
    close() {},
  })
  expect(chooseWriter(takes(0))).toBe('loop')
  expect(chooseWriter(takes(2))).toBe('thread')
})

test('a store on a full disk refuses writes and recovers when a file is removed', async (context) => {
  const folder = dataDir()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'stepstream-test', folder], {
      stdio: 'ignore',
    })
  } catch {
    return context.skip('mounting needs a privileged user')
  }
  onTestFinished(() => void execFileSync('umount', ['-l', folder]))
  const ballast = join(folder, 'ballast')
  writeFileSync(ballast, Buffer.alloc(2_000_000))
  const store = await openSqliteStore({ dataDir: folder })
  const session = await create(store)
  const last = await fillUp(store, session.id)
  expect(await seqs(store, session.id)).toHaveLength(last)
  expect((await store.health()).writable).toBe(false)
  rmSync(ballast)
  expect(await store.health()).toMatchObject({ writable: true })
  await appendOne(store, session, last)
  expect(await seqs(store, session.id)).toHaveLength(last + 1)
  await store.close()
})

/** Appends until the store refuses, in ever smaller pieces; says the seq of the last event kept. */
async function fillUp(store: Store, sessionId: string): Promise<number> {
  let last = 1
  for (const size of [20_000, 100]) {
    for (;;) {
      const append = { sessionId, tenant: 'default', expectedSeq: last }
      const refusal = await store
        .append({ ...append, events: events(last, 1, 'x'.repeat(size)) })
        .then(
          () => undefined,
          (error) => error,
        )
      if (refusal !== undefined) {
        expect(refusal).toMatchObject({ code: 'STORAGE_UNAVAILABLE', cause: expect.any(Error) })
        break
      }
      last += 1
    }
  }
  return last
}
