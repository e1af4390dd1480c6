import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import type { Clock } from '../../clock.ts'
import type { Store } from '../../store/types.ts'
import type { Artifacts } from '../artifacts/types.ts'
import type { Retention } from './types.ts'

export interface RetentionOptions {
  readonly store: Pick<Store, 'purge'>
  readonly artifacts: Pick<Artifacts, 'removeSession'>
  readonly clock: Clock
  readonly log: Pick<FastifyBaseLogger, 'info' | 'error'>
  /** How long an ended session is kept. */
  readonly sessionTtlMs: number
}

/** Rows removed in one commit: small enough that writers hardly notice. */
const BATCH_ROWS = 500

export function createRetention(options: RetentionOptions): Retention {
  const { store, artifacts, clock, log, sessionTtlMs } = options
  /** Gone from the store, but their files could not be removed yet. */
  const leftovers = new Set<string>()
  let stopped = false

  return {
    sweep,
    stop() {
      stopped = true
    },
  }

  async function sweep(): Promise<void> {
    await removeFiles()
    let count = 0
    for (let more = true; more && !stopped; ) {
      const now = clock.now()
      const batch = await store.purge({ endedBefore: now - sessionTtlMs, now, maxRows: BATCH_ROWS })
      for (const sessionId of batch.removed) leftovers.add(sessionId)
      await removeFiles()
      count += batch.removed.length
      more = batch.more
      await nextTurn()
    }
    if (count > 0) log.info({ count }, 'removed old sessions')
  }

  /** A folder that cannot be removed now is tried again at the next sweep. */
  async function removeFiles(): Promise<void> {
    for (const sessionId of leftovers) {
      try {
        await artifacts.removeSession(sessionId)
        leftovers.delete(sessionId)
      } catch (error) {
        log.error({ err: error, sessionId }, 'the files of a removed session are still there')
      }
    }
  }
}
