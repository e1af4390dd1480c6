import type pg from 'pg'
import { StoreOpenError } from '../store-open-error.ts'
import type { Engine } from './engine.ts'
import { migrations } from './migrations.ts'

/** Ours among advisory locks: "stepstre" as a number. */
const LOCK = '8319395793567416933'

const SCHEMA = 'store.schema'
/** The oldest schema whose programs the database still serves; a migration that breaks them raises it. */
const SERVES = 'store.serves'

/**
 * Brings a database to the newest schema this program knows. Several processes may do so at once:
 * one migrates, the others wait and find it done. A newer schema is left as it is, for the old
 * program of a rolling restart goes on beside the new one.
 * @throws StoreOpenError when the database serves newer programs only
 */
export async function migrate(client: pg.ClientBase, engine: Engine): Promise<void> {
  // The usual start asks for no lock and no right to create anything.
  if ((await readSchema(client)) >= migrations.length) return
  if (!engine.advisoryLocks) await createSettings(client)
  await client.query('BEGIN')
  try {
    await lock(client, engine)
    const schema = await readSchema(client)
    for (const [index, sql] of migrations.entries()) if (index >= schema) await client.query(sql)
    if (schema < migrations.length) await writeSchema(client)
    await client.query('COMMIT')
  } catch (error) {
    // If the connection is gone, so is the transaction.
    await client.query('ROLLBACK').catch(() => {})
    throw error
  }
}

async function lock(client: pg.ClientBase, engine: Engine): Promise<void> {
  if (engine.advisoryLocks) {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    await createSettings(client)
  } else {
    await client.query('SELECT value FROM stepstream.setting WHERE name = $1 FOR UPDATE', [SCHEMA])
  }
}

async function createSettings(client: pg.ClientBase): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS stepstream')
  await client.query(
    'CREATE TABLE IF NOT EXISTS stepstream.setting (name text PRIMARY KEY, value text NOT NULL)',
  )
  await client.query('INSERT INTO stepstream.setting VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    SCHEMA,
    '0',
  ])
}

/** Which schema a database has; 0 where it has none. @throws StoreOpenError when it serves newer programs only */
export async function readSchema(client: pg.ClientBase): Promise<number> {
  const { rows: found } = await client.query("SELECT to_regclass('stepstream.setting') AS found")
  if (found[0]?.found === null) return 0
  const { rows } = await client.query<{ name: string; value: string }>(
    'SELECT name, value FROM stepstream.setting WHERE name IN ($1, $2)',
    [SCHEMA, SERVES],
  )
  const settings = new Map(rows.map(({ name, value }) => [name, Number(value)]))
  const serves = settings.get(SERVES) ?? 0
  if (serves > migrations.length) {
    throw new StoreOpenError(
      `The database serves programs that know schema ${serves} or newer, and this version of Stepstream knows schemas up to ${migrations.length}: run a newer version.`,
    )
  }
  return settings.get(SCHEMA) ?? 0
}

async function writeSchema(client: pg.ClientBase): Promise<void> {
  await client.query('UPDATE stepstream.setting SET value = $2 WHERE name = $1', [
    SCHEMA,
    String(migrations.length),
  ])
}
