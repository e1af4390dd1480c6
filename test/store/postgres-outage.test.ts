import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { migrations } from '../../src/store/postgres/migrations.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { StoreOpenError } from '../../src/store/store-open-error.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { databaseSettings, through } from './postgres-database.ts'
import { appendOne, create, seqs, sessionRecord } from './records.ts'

const unavailable = { code: 'STORAGE_UNAVAILABLE' }

test('a database that stops is told of, and used again once it is back', async () => {
  await using server = await startPostgres()
  const { store } = await openPostgresStore(databaseSettings(server.url))
  onTestFinished(() => store.close())
  const session = await create(store)

  await server.stop('immediate')
  await expect(appendOne(store, session, 1)).rejects.toMatchObject(unavailable)
  await expect(store.session(session.id)).rejects.toMatchObject(unavailable)
  await vi.waitFor(async () => {
    expect(await store.health()).toMatchObject({ writable: false })
  }, 5000)

  await server.start()
  await vi.waitFor(async () => expect(await store.health()).toEqual({ writable: true }), 10_000)
  await appendOne(store, session, 1)
  expect(await seqs(store, session.id)).toEqual([1, 2])
  await store.close()
})

test('a database that is not there yet is waited for', async () => {
  await using server = await startPostgres()
  await server.stop()
  const said: string[] = []
  const opening = openPostgresStore({
    ...databaseSettings(server.url),
    onFault: (_, what) => said.push(what),
  })
  await vi.waitFor(() => expect(said).toEqual([expect.stringContaining('waiting')]))
  await server.start()
  const { store } = await opening
  expect(await store.health()).toEqual({ writable: true })
  await store.close()
})

test('a database that does not come is named, without the password', async () => {
  const url = 'postgres://me:secret@127.0.0.1:1/none'
  const opening = openPostgresStore({ ...databaseSettings(url), patienceMs: 0 })
  const error = await opening.catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(StoreOpenError)
  expect((error as Error).message).toContain('127.0.0.1:1/none cannot be reached')
  expect((error as Error).message).not.toContain('secret')
})

test('a database that does not exist is refused at once', async () => {
  await using database = await createDatabase()
  const url = new URL(database.url)
  url.pathname = '/there_is_none'
  await expect(openPostgresStore(databaseSettings(url.href))).rejects.toThrow(
    /there_is_none refuses/,
  )
})

test('a newer schema is left alone, unless it serves newer programs only', async () => {
  await using database = await createDatabase()
  const settings = databaseSettings(database.url)
  const first = await openPostgresStore(settings)
  await first.store.close()
  const client = new pg.Client(database.url)
  await client.connect()
  const newer = String(migrations.length + 1)
  await client.query("UPDATE stepstream.setting SET value = $1 WHERE name = 'store.schema'", [
    newer,
  ])
  const second = await openPostgresStore(settings)
  await create(second.store, sessionRecord())
  await second.store.close()
  await client.query("INSERT INTO stepstream.setting VALUES ('store.serves', $1)", [newer])
  await client.end()
  await expect(openPostgresStore(settings)).rejects.toThrow(/run a newer version/)
})

test('a write that gets no answer is refused in time, and its session is looked at again', async () => {
  await using database = await createDatabase()
  const { port, hostname } = new URL(database.url)
  await using proxy = await startTcpProxy(Number(port || 5432), hostname)
  const settings = databaseSettings(through(database.url, proxy.port), { statementTimeoutMs: 500 })
  const { store } = await openPostgresStore(settings)
  onTestFinished(() => store.close())
  const session = await create(store)
  const told: string[] = []
  store.onChange((ids) => told.push(...ids))
  proxy.freeze()
  await expect(appendOne(store, session, 1)).rejects.toMatchObject(unavailable)
  expect(told).toContain(session.id)
  proxy.restore()
  await vi.waitFor(async () => expect(await store.health()).toEqual({ writable: true }), 10_000)
  const log = await seqs(store, session.id)
  await appendOne(store, session, log.length)
  expect(await seqs(store, session.id)).toEqual([...log, log.length + 1])
})

test('a connection that dies while nothing is written costs no write', async () => {
  await using database = await createDatabase()
  const { store, queries } = await openPostgresStore(databaseSettings(database.url))
  onTestFinished(() => store.close())
  const session = await create(store)
  const writer = `FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%WITH wanted%'`
  const ended = await queries.rows(`SELECT pg_terminate_backend(pid) ${writer}`)
  expect(ended).toHaveLength(1)
  await vi.waitFor(async () => expect(await queries.rows(`SELECT pid ${writer}`)).toEqual([]))
  await appendOne(store, session, 1)
  expect(await seqs(store, session.id)).toEqual([1, 2])
})
