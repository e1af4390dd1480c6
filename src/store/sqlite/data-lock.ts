import { join } from 'node:path'
import { StoreOpenError } from '../store-open-error.ts'
import { isBusy, openDatabase } from './database.ts'

/** Holds a data folder for this process until released. */
export interface DataLock {
  release(): void
}

/**
 * Claims a data folder. WAL lets a second process write, and its sessions would then be driven
 * twice, so a file of our own is held locked; the operating system frees it when the process dies,
 * however it dies.
 * @throws StoreOpenError when another process, or another store of this one, holds it
 */
export function lockDataDir(dataDir: string): DataLock {
  const database = openDatabase(join(dataDir, 'lock'), { busyTimeoutMs: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw new StoreOpenError(
      `The data folder ${dataDir} is in use by another Stepstream process: stop it, or set DATA_DIR to another folder.`,
      error,
    )
  }
  return { release: () => database.close() }
}
