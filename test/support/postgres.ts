import { inject } from 'vitest'
import { createDatabaseOn, type TestDatabase } from './postgres-database.ts'

export type { TestDatabase } from './postgres-database.ts'
export { type PostgresServer, startPostgres } from './postgres-server.ts'

/** A database of its own on the test server, empty; dropped at dispose. */
export async function createDatabase(): Promise<TestDatabase> {
  return createDatabaseOn(await askBroker('server'))
}

/** The same with the tables of a service that has been there, and nothing in them. */
export async function createReadyDatabase(): Promise<TestDatabase> {
  const [server, template] = await Promise.all([askBroker('server'), askBroker('template')])
  return createDatabaseOn(server, template)
}

/** The url of the server, or the name of the database on it that others are copies of. */
async function askBroker(what: 'server' | 'template'): Promise<string> {
  const response = await fetch(`${inject('postgresBroker')}/${what}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
