import { parentPort, workerData } from 'node:worker_threads'
import { createSqliteCommitter } from './committer.ts'
import { openWriteConnection } from './connection.ts'
import { type PackedWrites, unpackWrites } from './packed-writes.ts'
import type { WriterThreadData } from './thread-committer.ts'

/** The whole life of the thread that writes: open, commit what arrives, close. */
function serve({ file, capacity, ...options }: WriterThreadData): void {
  const committer = createSqliteCommitter(openWriteConnection(file, options), capacity)
  parentPort?.on('message', (message: PackedWrites | 'close') => {
    if (message !== 'close') {
      parentPort?.postMessage(committer.commit(unpackWrites(message)))
      return
    }
    committer.close()
    parentPort?.close()
  })
  parentPort?.postMessage('ready')
}

serve(workerData)
