import { inject } from 'vitest'
import { createDatabaseOn, type TestDatabase } from './postgres-database.ts'

export type { TestDatabase } from './postgres-database.ts'
export { type PostgresServer, startPostgres } from './postgres-server.ts'

/** A database of its own on the test server, empty; dropped at dispose. */
export async function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(await serverUrl())
}

/** `TEST_DATABASE_URL`, or the server of this run, which starts when it is asked for. */
async function serverUrl(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL']
  if (given) return given
  const response = await fetch(inject('postgresBroker'))
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
