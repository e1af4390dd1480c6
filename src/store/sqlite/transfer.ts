import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TransferError } from '../transfer/transfer-error.ts'
import type { TransferSource, TransferTarget } from '../transfer/types.ts'
import { openWriteConnection } from './connection.ts'
import { claimDataDir } from './data-lock.ts'
import type { Database } from './database.ts'
import { createTransferReads } from './transfer-reads.ts'
import { createTransferWrites } from './transfer-writes.ts'

/**
 * Opens the embedded store of a data folder, held until `close`, to read all of it.
 * @throws TransferError when there is none; StoreOpenError when a service uses it
 */
export async function openSqliteSource(dataDir: string): Promise<TransferSource> {
  if (!existsSync(fileIn(dataDir))) {
    throw new TransferError(
      `There is no store in the data folder ${dataDir}: set DATA_DIR or DATABASE_URL.`,
    )
  }
  const { database, close } = openHeld(dataDir)
  return { ...createTransferReads(database), close }
}

/**
 * Opens the embedded store of a data folder, made if missing and held until `close`, to fill it.
 * @throws TransferError when it holds sessions, workflows or documents; StoreOpenError when a service uses it
 */
export async function openSqliteTarget(dataDir: string): Promise<TransferTarget> {
  const { database, close } = openHeld(dataDir)
  try {
    database.exec('BEGIN IMMEDIATE')
    const content = database.prepare(
      `SELECT 1 FROM session UNION ALL SELECT 1 FROM workflow
       UNION ALL SELECT 1 FROM document LIMIT 1`,
    )
    if (content.get() !== undefined) {
      throw new TransferError(
        `The store in the data folder ${dataDir} holds sessions, workflows or other records: import into an empty one.`,
      )
    }
    return {
      ...createTransferWrites(database),
      written: { ...createTransferReads(database), close: async () => {} },
      commit: async () => database.exec('COMMIT'),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

function openHeld(dataDir: string): { database: Database; close: () => Promise<void> } {
  const lock = claimDataDir(dataDir)
  try {
    const database = openWriteConnection(fileIn(dataDir))
    return {
      database,
      // What was not committed is rolled back with the connection.
      async close() {
        database.close()
        lock.release()
      },
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'stepstream.db')
}
