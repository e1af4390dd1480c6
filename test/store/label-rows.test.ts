import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PlannedStep } from '../../src/session/plan.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts'
import type { Store } from '../../src/store/types.ts'
import { label, labelled } from './label-contract.ts'
import { databaseSettings } from './postgres-database.ts'
import { create, move, sessionRecord, start } from './records.ts'
import { exportFrom, importInto, postgresPlace, queryOf, sqlitePlace } from './transfer-stores.ts'

const prod = { tenant: 'default', limit: 10, labels: [label('env:prod'), label('team:a')] }

/** One that goes on, and one that has ended and goes at the next purge. */
async function fill(store: Store): Promise<void> {
  const stays = labelled({ env: 'prod', team: 'a' }, { name: 'stays' })
  const steps = [{ id: 'a', text: 'Wait 1 second' } as PlannedStep]
  await create(store, { ...stays, plan: { ...sessionRecord().plan, ...stays.plan, steps } })
  const ended = await create(store, labelled({ env: 'prod', team: 'a' }, { name: 'goes' }))
  await move(store, ended, 1, 'completed', { endedAt: start + 10 })
}

async function purge(store: Store): Promise<void> {
  await store.purge({ endedBefore: start + 20, now: start + 20, maxRows: 100 })
}

test('the embedded store keeps no labels of what retention removed', async () => {
  const { DATA_DIR } = sqlitePlace()
  const store = await openSqliteStore({ dataDir: DATA_DIR })
  await fill(store)
  await purge(store)
  await store.close()
  const database = openDatabase(join(DATA_DIR, 'stepstream.db'))
  const rows = database.prepare('SELECT key, value FROM session_label ORDER BY key').all()
  database.close()
  expect(rows.map((row) => ({ ...(row as object) }))).toEqual([
    { key: 'env', value: 'prod' },
    { key: 'team', value: 'a' },
  ])
})

test('the Postgres store keeps no labels of what retention removed', async () => {
  const place = await postgresPlace()
  const { store } = await openPostgresStore(databaseSettings(place.DATABASE_URL))
  await fill(store)
  await purge(store)
  await store.close()
  const text = 'SELECT key, value FROM stepstream.session_label ORDER BY key'
  expect(await queryOf(place, text)).toEqual([
    { key: 'env', value: 'prod' },
    { key: 'team', value: 'a' },
  ])
})

test('labels find sessions, which have their titles, after they have moved to the other store and back', async () => {
  const [from, to, back] = [sqlitePlace(), await postgresPlace(), sqlitePlace()]
  const store = await openSqliteStore({ dataDir: from.DATA_DIR })
  await fill(store)
  const before = await store.listSessions(prod)
  expect(before.map(({ title }) => title).toSorted()).toEqual(['', 'Wait 1 second'])
  await store.close()

  await importInto(to, (await exportFrom(from)).text)
  const moved = await openPostgresStore(databaseSettings(to.DATABASE_URL))
  expect(await moved.store.listSessions(prod)).toEqual(before)
  await moved.store.close()

  await importInto(back, (await exportFrom(to)).text)
  const again = await openSqliteStore({ dataDir: back.DATA_DIR })
  expect(await again.listSessions(prod)).toEqual(before)
  await again.close()
})
