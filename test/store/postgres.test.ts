import { afterAll, beforeAll } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { storeContract } from './contract.ts'
import { databaseSettings } from './postgres-database.ts'
import { emptyStore } from './postgres-records.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

storeContract('Postgres', async () => {
  const { store, pool } = await openPostgresStore(databaseSettings(database.url))
  await emptyStore(pool)
  return store
})
