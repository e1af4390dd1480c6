import { expect, onTestFinished, test } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import type { Store } from '../../src/store/types.ts'
import { createDatabase } from '../support/postgres.ts'
import { databaseSettings } from './postgres-database.ts'
import { events, sessionRecord } from './records.ts'

const ids = Array.from({ length: 120 }, (_, index) => `ses_${String(index).padStart(3, '0')}`)

/** The first log has more events than are read at once of many. */
const lengthOf = (id: string) => (id === ids[0] ? 130 : 2)

async function openStore(): Promise<Store> {
  const database = await createDatabase()
  onTestFinished(() => database[Symbol.asyncDispose]())
  const { store } = await openPostgresStore(databaseSettings(database.url))
  onTestFinished(() => store.close())
  await Promise.all(
    ids.map((id) =>
      store.createSession({ session: sessionRecord({ id }), events: events(0, lengthOf(id)) }),
    ),
  )
  return store
}

test('sessions that are read at once are the ones asked for, each in its place', async () => {
  const store = await openStore()
  const asked = [...ids.toReversed(), 'ses_unknown', ids[5] as string]
  const records = await Promise.all(asked.map((id) => store.session(id)))
  expect(records.map((record) => record?.id)).toEqual(
    asked.map((id) => (id === 'ses_unknown' ? undefined : id)),
  )
  expect(records[0]).toEqual(sessionRecord({ id: asked[0] as string }))
})

test('logs that are read at once are whole, however long', async () => {
  const store = await openStore()
  const logs = await Promise.all(
    ids.map((sessionId) => store.readEvents({ sessionId, afterSeq: 0, limit: 1000 })),
  )
  expect(logs).toEqual(ids.map((id) => events(0, lengthOf(id))))
})

test('each of several reads has its own beginning and its own limit', async () => {
  const store = await openStore()
  const [long = '', short = ''] = ids
  const pages = await Promise.all([
    store.readEvents({ sessionId: long, afterSeq: 3, limit: 60 }),
    store.readEvents({ sessionId: long, afterSeq: 10, limit: 2 }),
    store.readEvents({ sessionId: short, afterSeq: 1, limit: 1000 }),
    store.readEvents({ sessionId: short, afterSeq: 2, limit: 1000 }),
    store.readEvents({ sessionId: 'ses_unknown', afterSeq: 0, limit: 1000 }),
  ])
  expect(pages).toEqual([events(3, 60), events(10, 2), events(1, 1), [], []])
})

test('a read that the database cannot understand leaves those beside it alone', async () => {
  const store = await openStore()
  const [good = ''] = ids
  const [refused, answered] = await Promise.allSettled([
    store.session('ses_\0'),
    store.session(good),
  ])
  expect(refused.status).toBe('rejected')
  expect(answered).toMatchObject({ status: 'fulfilled', value: { id: good } })
})
