import { join } from 'node:path'
import type { Capacity } from '../capacity.ts'
import { createGroupedStore, type StoreReads } from '../grouped-store.ts'
import type { Store } from '../types.ts'
import type { WriteQueueOptions } from '../write-queue.ts'
import { chooseWriter, type Writer } from './choose-writer.ts'
import { createSqliteCommitter } from './committer.ts'
import { openReadConnection, openWriteConnection } from './connection.ts'
import { claimDataDir } from './data-lock.ts'
import type { Database } from './database.ts'
import { createDocumentReads } from './document-reads.ts'
import { createEventReads } from './event-reads.ts'
import { createMergedReads } from './merged-reads.ts'
import { createSessionReads } from './session-reads.ts'
import { createSideReads } from './side-reads.ts'
import { startThreadCommitter } from './thread-committer.ts'
import { createTimerReads } from './timer-reads.ts'
import { createWorkflowReads } from './workflow-reads.ts'

export interface SqliteStoreOptions extends WriteQueueOptions {
  /** The folder of the database; made if missing, held for this process until `close`. */
  readonly dataDir: string
  /** Where commits run: in the event loop, or in a thread of their own. @default what suits the disk */
  readonly writer?: Writer
  /** The most pages of 8 KiB the database may have; without it the disk is the limit. */
  readonly maxPages?: number
  /** @default no limit */
  readonly capacity?: Capacity
}

/**
 * Opens the embedded store, `stepstream.db` in the data folder, and brings its schema up to date.
 * @throws StoreOpenError when the folder is in use, or the database cannot be opened or is newer
 */
export async function openSqliteStore({
  dataDir,
  writer: chosen,
  maxPages,
  capacity,
  ...queue
}: SqliteStoreOptions): Promise<Store> {
  const lock = claimDataDir(dataDir)
  try {
    const file = join(dataDir, 'stepstream.db')
    // Opened here in any case, so that a fault of the database is met, and told, here.
    const inLoop = createSqliteCommitter(openWriteConnection(file, { maxPages }), capacity)
    const reader = openReadConnection(file)
    const writer = chosen ?? chooseWriter(inLoop)
    if (writer === 'thread') inLoop.close()
    const committer =
      writer === 'thread' ? await startThreadCommitter({ file, maxPages, capacity }) : inLoop
    const store = createGroupedStore(committer, createReads(reader), {
      ...queue,
      async close() {
        // The connection that writes goes last: it takes the write-ahead log with it.
        reader.close()
        await committer.close()
        lock.release()
      },
    })
    return { ...store, health: async () => ({ ...(await store.health()), writer }) }
  } catch (error) {
    lock.release()
    throw error
  }
}

function createReads(database: Database): StoreReads {
  return {
    ...createSessionReads(database),
    ...createEventReads(database),
    ...createMergedReads(database),
    ...createTimerReads(database),
    ...createSideReads(database),
    ...createWorkflowReads(database),
    ...createDocumentReads(database),
  }
}
