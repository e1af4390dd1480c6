import { Contact } from '../../src/modules/dispatcher/pg-boss/contact.ts'
import { openEngine } from '../../src/modules/dispatcher/pg-boss/engine.ts'
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts'
import { createDatabaseOn, type TestDatabase } from './postgres-database.ts'

const CONNECTION = {
  poolSize: 1,
  connectTimeoutMs: 10_000,
  statementTimeoutMs: 60_000,
  tls: 'url',
  caFile: '',
} as const

const silent = { error() {}, warn() {} }

/** A database as a service leaves it that found it empty: a copy of it costs less than another such start. */
export async function makeTemplate(serverUrl: string): Promise<TestDatabase> {
  const database = await createDatabaseOn(serverUrl)
  const { store, config, engine } = await openPostgresStore({ ...CONNECTION, url: database.url })
  const contact = new Contact()
  const schema = 'stepstream_queue'
  try {
    const queue = await openEngine({
      connection: config,
      engine: engine.name,
      schema,
      log: silent,
      contact,
    })
    await queue.close()
  } finally {
    await store.close()
  }
  return database
}
