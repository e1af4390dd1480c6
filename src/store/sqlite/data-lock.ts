import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StoreOpenError } from '../store-open-error.ts'
import { isBusy, openDatabase } from './database.ts'

/** Holds a data folder for this process until released. */
export interface DataLock {
  release(): void
}

/**
 * Makes a data folder if it is missing, and claims it.
 * @throws StoreOpenError when another process, or another store of this one, holds it, or it cannot be used
 */
export function claimDataDir(dataDir: string): DataLock {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return lockDataDir(dataDir)
  } catch (error) {
    if (error instanceof StoreOpenError) throw error
    throw new StoreOpenError(
      `The data folder ${dataDir} cannot be used: ${(error as Error).message}.`,
      error,
    )
  }
}

/**
 * WAL lets a second process write, and its sessions would then be driven
 * twice, so a file of our own is held locked; the operating system frees it when the process dies,
 * however it dies.
 */
function lockDataDir(dataDir: string): DataLock {
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
