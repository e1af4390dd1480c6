import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Capacity } from '../capacity.ts'
import type { Committer, Outcome } from '../write.ts'
import type { WriteConnectionOptions } from './connection.ts'
import { packWrites } from './packed-writes.ts'

/** As this file is: written, or compiled. */
const threadFile = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url)

/** What the thread is started with. */
export interface WriterThreadData extends WriteConnectionOptions {
  readonly file: string
  readonly capacity: Capacity | undefined
}

/** Once closed, the thread has ended. */
export interface ThreadCommitter extends Committer {
  close(): Promise<void>
}

/**
 * A committer in a thread of its own, so that the event loop does not wait for the disk. A group is
 * one message there, and its outcomes one message back. If the thread dies, every later group fails.
 */
export async function startThreadCommitter(data: WriterThreadData): Promise<ThreadCommitter> {
  const worker = new Worker(threadFile, { workerData: data })
  await once(worker, 'message')
  let pending: { size: number; settle: (outcomes: readonly Outcome[]) => void } | undefined
  let death: Error | undefined
  worker.on('message', (outcomes: readonly Outcome[]) => pending?.settle(outcomes))
  worker.on('error', die)
  worker.on('exit', () => die(new Error('the thread that writes has ended')))

  return {
    commit(writes) {
      return new Promise((settle) => {
        pending = { size: writes.length, settle }
        if (death === undefined) worker.postMessage(packWrites(writes))
        else failPending(death)
      })
    },
    async close() {
      if (death !== undefined) return
      worker.postMessage('close')
      await once(worker, 'exit')
    },
  }

  function die(cause: Error): void {
    death ??= cause
    failPending(death)
  }

  function failPending(cause: Error): void {
    const failed: Outcome = { kind: 'failed', storage: true, cause }
    pending?.settle(Array.from({ length: pending.size }, () => failed))
  }
}
