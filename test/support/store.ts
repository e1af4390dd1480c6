import { createDatabase, type TestDatabase } from './postgres.ts'

/** Which store the services of this run keep their sessions in; a test about one of them asks. */
export const store = process.env['TEST_STORE'] === 'postgres' ? 'postgres' : 'sqlite'

/** By data folder, so that a service that starts again on its folder finds its sessions. */
const databases = new Map<string, Promise<TestDatabase>>()

/** The settings by which a service keeps its sessions in this run's store. A small pool: all test files share one server. */
export async function storeSettings(dataDir: string): Promise<Readonly<Record<string, string>>> {
  if (store === 'sqlite') return {}
  const database = databases.get(dataDir) ?? createDatabase()
  databases.set(dataDir, database)
  return { DATABASE_URL: (await database).url, DATABASE_POOL: '3' }
}

/** Drops what belongs to a data folder that is removed. */
export async function dropDatabase(dataDir: string): Promise<void> {
  const database = databases.get(dataDir)
  databases.delete(dataDir)
  await (await database)?.[Symbol.asyncDispose]()
}

/** Drops what is left. */
export async function dropDatabases(): Promise<void> {
  await Promise.all([...databases.keys()].map(dropDatabase))
}
