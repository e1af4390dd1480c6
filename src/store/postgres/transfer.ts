import type { Pool, PoolClient } from 'pg'
import { TransferError } from '../transfer/transfer-error.ts'
import type { TransferSource, TransferTarget } from '../transfer/types.ts'
import { migrations } from './migrations.ts'
import { createTransferReads } from './transfer-reads.ts'
import { createTransferWrites } from './transfer-writes.ts'

/**
 * Reads all of a Postgres store as of one moment; services may go on writing to it.
 * @throws TransferError when there is none, or one of another schema than this program's
 */
export async function openPostgresSource(pool: Pool): Promise<TransferSource> {
  const { client, close } = await begin(pool, 'ISOLATION LEVEL REPEATABLE READ READ ONLY')
  try {
    await checkSchema(client)
    return { ...createTransferReads(client), close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Fills a Postgres store whose schema is there. Sessions come without an owner, so that whichever
 * replica runs finds them.
 * @throws TransferError when it holds sessions, workflows or documents, or has another schema than this program's
 */
export async function openPostgresTarget(pool: Pool): Promise<TransferTarget> {
  const { client, close } = await begin(pool, '')
  try {
    await checkSchema(client)
    // Whoever writes events takes their positions first, so nobody writes any until the commit.
    await client.query('SELECT position FROM stepstream.log_position FOR UPDATE')
    const { rows } = await client.query(
      `SELECT 1 FROM stepstream.session UNION ALL SELECT 1 FROM stepstream.workflow
       UNION ALL SELECT 1 FROM stepstream.document LIMIT 1`,
    )
    if (rows.length > 0) {
      throw new TransferError(
        'The store in the database holds sessions, workflows or other records: import into an empty one.',
      )
    }
    return {
      ...createTransferWrites(client),
      written: { ...createTransferReads(client), close: async () => {} },
      async commit() {
        await client.query('COMMIT')
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Of another schema something might be left out in silence. */
async function checkSchema(client: PoolClient): Promise<void> {
  const { rows: found } = await client.query("SELECT to_regclass('stepstream.setting') AS found")
  if (found[0]?.found === null) {
    throw new TransferError('There is no store in the database: check DATABASE_URL.')
  }
  const { rows } = await client.query(
    "SELECT value FROM stepstream.setting WHERE name = 'store.schema'",
  )
  const schema = Number(rows[0]?.value)
  if (schema === migrations.length) return
  throw new TransferError(
    `The store in the database has schema ${schema}, and this version of Stepstream moves schema ${migrations.length}: use the version that the service runs.`,
  )
}

async function begin(
  pool: Pool,
  mode: string,
): Promise<{ client: PoolClient; close: () => Promise<void> }> {
  const client = await pool.connect()
  client.on('error', toldByItsStatement)
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    // Closing the connection takes back what was not committed.
    client.release(true)
  }
  try {
    await client.query(`BEGIN ${mode}`)
    // The other end of the pipe may be slow.
    await client.query('SET LOCAL idle_in_transaction_session_timeout = 0')
    return { client, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** A connection that breaks refuses the statement that runs, or else the next one, which is enough. */
function toldByItsStatement(): void {}
