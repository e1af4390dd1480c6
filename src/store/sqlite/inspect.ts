import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isBusy, openDatabase } from './database.ts'
import { migrations } from './migrations.ts'

/** How the embedded store of a data folder is, as far as that shows without opening it. */
export interface InspectedStore {
  /** A service uses it now. */
  readonly isHeld: boolean
  /** Of the database; undefined where there is none yet, null where the file is something else. */
  readonly schema: number | null | undefined
  /** The newest that this program knows; it brings older ones up to date. */
  readonly knows: number
}

/** Looks, and changes nothing. @throws what the file system says */
export async function inspectDataDir(dataDir: string): Promise<InspectedStore> {
  return {
    isHeld: isHeld(join(dataDir, 'lock')),
    schema: await readSchema(join(dataDir, 'stepstream.db')),
    knows: migrations.length,
  }
}

/** Whoever holds the folder keeps others from reading the file. */
function isHeld(file: string): boolean {
  if (!existsSync(file)) return false
  const database = openDatabase(file, { readOnly: true, busyTimeoutMs: 0 })
  try {
    database.prepare('SELECT 1 FROM sqlite_schema').all()
    return false
  } catch (error) {
    if (isBusy(error)) return true
    throw error
  } finally {
    database.close()
  }
}

/** `user_version`, without making files: to open a database with a write-ahead log does, if it has none. */
async function readSchema(file: string): Promise<number | null | undefined> {
  if (!existsSync(file)) return undefined
  const inFile = await readHeader(file)
  // What was not written back yet is in the log, which SQLite reads.
  if (typeof inFile !== 'number' || !existsSync(`${file}-shm`)) return inFile
  const database = openDatabase(file, { readOnly: true })
  try {
    return database.prepare('PRAGMA user_version').get<{ user_version: number }>()?.user_version
  } finally {
    database.close()
  }
}

/** Source: https://sqlite.org/fileformat.html, section 1.3. */
async function readHeader(file: string): Promise<number | null | undefined> {
  await using handle = await open(file)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(100), 0, 100, 0)
  if (bytesRead === 0) return undefined
  const isDatabase = buffer.toString('latin1', 0, 16) === 'SQLite format 3\0'
  return isDatabase ? buffer.readUInt32BE(60) : null
}
