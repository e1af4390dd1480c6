import type { Capacity } from '../capacity.ts'
import type { Committer, Outcome, Write } from '../write.ts'
import { type Database, isConstraintFault, isStorageFault } from './database.ts'
import { createDocumentWrites } from './document-writes.ts'
import { createEventLog } from './event-log.ts'
import { createPurge } from './purge.ts'
import { createSessionHeads } from './session-heads.ts'
import { createSessionWrites } from './session-writes.ts'
import { createSideWrites } from './side-writes.ts'
import { createStatusCounts } from './status-counts.ts'
import { createWorkflowWrites } from './workflow-writes.ts'

/** A committer that commits before it returns. */
export interface SyncCommitter extends Committer {
  commit(writes: readonly Write[]): readonly Outcome[]
  close(): void
}

/** Commits groups over the one connection that writes. @param capacity without it there is no limit */
export function createSqliteCommitter(database: Database, capacity?: Capacity): SyncCommitter {
  const heads = createSessionHeads(database)
  const counts = createStatusCounts(database)
  const log = createEventLog(database)
  const sessions = createSessionWrites(database, log, heads, counts, capacity)
  const purge = createPurge(database, log, heads, counts)
  const side = createSideWrites(database)
  const workflows = createWorkflowWrites(database)
  const documents = createDocumentWrites(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  return {
    commit(writes) {
      const outcomes = commitGroup(writes)
      if (purge.hasFinished()) wipeLog()
      return outcomes
    },
    close: () => database.close(),
  }

  function commitGroup(writes: readonly Write[]): Outcome[] {
    try {
      return inOneTransaction(writes)
    } catch (error) {
      rollBack()
      if (isStorageFault(error)) return writes.map(() => storageFailed(error))
      if (writes.length === 1) return [writeFailed(error)]
      // One write is at fault: alone, each meets its own outcome.
      return writes.flatMap((write) => commitGroup([write]))
    }
  }

  function inOneTransaction(writes: readonly Write[]): Outcome[] {
    begin.run()
    const outcomes = writes.map(apply)
    counts.flush()
    commit.run()
    return outcomes
  }

  function apply(write: Write): Outcome {
    switch (write.kind) {
      case 'append':
        return sessions.append(write)
      case 'create':
        return sessions.create(write)
      case 'artifact':
        return side.putArtifact(write.record)
      case 'setting':
        return side.initSetting(write.name, write.value)
      case 'hide':
        return purge.hide(write.sessionId)
      case 'purge':
        return purge.purge(write)
      case 'saveWorkflow':
        return workflows.save(write.workflow)
      case 'removeWorkflow':
        return workflows.remove(write)
      case 'putDocument':
        return documents.put(write)
      case 'removeDocument':
        return documents.remove(write)
      case 'probe':
        return side.probe()
    }
  }

  function rollBack(): void {
    heads.clear()
    counts.clear()
    // SQLite has rolled back by itself after some faults of the disk.
    if (database.inTransaction) database.exec('ROLLBACK')
  }

  /** The write-ahead log still holds copies of what a finished purge has wiped in the database. */
  function wipeLog(): void {
    try {
      database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      // The purge itself is on disk, and a later checkpoint overwrites the copies.
      if (!isStorageFault(error)) throw error
    }
  }
}

function storageFailed(cause: unknown): Outcome {
  return { kind: 'failed', storage: true, cause }
}

function writeFailed(cause: unknown): Outcome {
  if (isConstraintFault(cause)) return { kind: 'conflict' }
  return { kind: 'failed', storage: false, cause }
}
