import pg from 'pg'
import { clientConfig, type DatabaseSettings } from './connection-options.ts'
import { type Engine, findEngine } from './engine.ts'
import { readSchema } from './migrate.ts'
import { migrations } from './migrations.ts'

/** How the database is that the settings name. */
export interface InspectedDatabase {
  readonly engine: Engine
  /** 0 where it has none yet. */
  readonly schema: number
  /** The newest that this program knows; it brings older ones up to date. */
  readonly knows: number
}

/**
 * Looks, and changes nothing.
 * @throws StoreOpenError for settings that cannot be used, and for a database that serves newer programs
 * only; what the driver says of a connection
 */
export async function inspectDatabase(settings: DatabaseSettings): Promise<InspectedDatabase> {
  const client = new pg.Client(clientConfig(settings))
  // What happens to the connection fails the statement that runs.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SET default_transaction_read_only = on')
    const engine = await findEngine({
      rows: async (text, values = []) => (await client.query(text, [...values])).rows,
    })
    return { engine, schema: await readSchema(client), knows: migrations.length }
  } finally {
    await client.end()
  }
}
