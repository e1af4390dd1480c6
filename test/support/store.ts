import { createReadyDatabase, type TestDatabase } from './postgres.ts'

/** Which store the services of this run keep their sessions in; a test about one of them asks. */
export const store = process.env['TEST_STORE'] === 'postgres' ? 'postgres' : 'sqlite'

/**
 * How much of a campaign is run here: all of it on the embedded store. On Postgres, where the server
 * takes the same cores, a part shows that it holds there too; `npm run torture` runs the rest.
 */
export function scaled(count: number): number {
  return store === 'sqlite' ? count : Math.ceil(count * 0.3)
}

/** By data folder, so that a service that starts again on its folder finds its sessions. */
const databases = new Map<string, Promise<TestDatabase>>()

/** Those that are being dropped. */
const drops: Promise<readonly PromiseSettledResult<void>[]>[] = []

/** The settings by which a service keeps its sessions in this run’s store; few connections, as all test files share one server. */
export async function storeSettings(dataDir: string): Promise<Readonly<Record<string, string>>> {
  if (store === 'sqlite') return {}
  const database = databases.get(dataDir) ?? createReadyDatabase()
  databases.set(dataDir, database)
  return { DATABASE_URL: (await database).url, DATABASE_POOL: '3' }
}

/** Drops what belongs to a data folder that is removed. No test waits for that: `dropDatabases` does. */
export function dropDatabase(dataDir: string): void {
  const database = databases.get(dataDir)
  databases.delete(dataDir)
  const dropped = database?.then((made) => made[Symbol.asyncDispose]())
  if (dropped !== undefined) drops.push(Promise.allSettled([dropped]))
}

/** Drops what is left, and waits for all; throws what went wrong with any of them. */
export async function dropDatabases(): Promise<void> {
  for (const dataDir of databases.keys()) dropDatabase(dataDir)
  const settled = (await Promise.all(drops.splice(0))).flat()
  const faults = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (faults.length > 0) throw new AggregateError(faults, 'databases of tests were not dropped')
}
