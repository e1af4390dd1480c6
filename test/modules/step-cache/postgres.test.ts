import { afterAll, beforeAll } from 'vitest'
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts'
import { databaseSettings } from '../../store/postgres-database.ts'
import { emptyStore } from '../../store/postgres-records.ts'
import { createDatabase, type TestDatabase } from '../../support/postgres.ts'
import { stepCacheContract } from './contract.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

stepCacheContract('Postgres, with two replicas', async () => {
  const first = await openPostgresStore(databaseSettings(database.url))
  await emptyStore(first.pool)
  const second = await openPostgresStore(databaseSettings(database.url))
  return [first.store, second.store]
})
