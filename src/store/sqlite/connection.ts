import { StoreOpenError } from '../store-open-error.ts'
import { type Database, isNotADatabase, openDatabase } from './database.ts'
import { migrate } from './migrations.ts'

export interface WriteConnectionOptions {
  /** The most pages of 8 KiB the file may have; without it the disk is the limit. */
  readonly maxPages?: number | undefined
}

/**
 * Opens the connection that writes, making and migrating the database.
 *
 * Pages of 8 KiB measured best where many sessions append in turn, as fewer index pages are touched.
 * A checkpoint every 1000 of them keeps the pause it makes short; rarer ones gain little.
 * @throws StoreOpenError
 */
export function openWriteConnection(
  file: string,
  { maxPages }: WriteConnectionOptions = {},
): Database {
  const database = orRefuse(file, () => openDatabase(file))
  try {
    orRefuse(file, () => {
      database.exec('PRAGMA page_size = 8192')
      useWal(database, file)
      database.exec(`
        PRAGMA synchronous = FULL;
        PRAGMA secure_delete = ON;
        PRAGMA wal_autocheckpoint = 1000;
        PRAGMA journal_size_limit = 67108864;
        PRAGMA cache_size = -32000;
        PRAGMA temp_store = MEMORY;
      `)
      if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`)
      migrate(database, file)
    })
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Opens a connection that only reads; it sees what is committed. */
export function openReadConnection(file: string): Database {
  const database = openDatabase(file, { readOnly: true })
  database.exec('PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY')
  return database
}

function useWal(database: Database, file: string): void {
  const mode = database.prepare('PRAGMA journal_mode = WAL').get<{ journal_mode: string }>()
  if (mode?.journal_mode !== 'wal') {
    throw new StoreOpenError(
      `The database ${file} cannot use a write-ahead log: its file system has no shared memory; set DATA_DIR to a local disk.`,
    )
  }
}

function orRefuse<Result>(file: string, open: () => Result): Result {
  try {
    return open()
  } catch (error) {
    if (error instanceof StoreOpenError) throw error
    const reason = isNotADatabase(error) ? 'it is not a SQLite database' : (error as Error).message
    throw new StoreOpenError(`The database ${file} cannot be opened: ${reason}.`, error)
  }
}
