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

/** How often it looks for something to remove. */
const EVERY_MS = 60_000

/** Rows removed in one commit: small enough that writers hardly notice. */
const BATCH_ROWS = 500

export function createRetention(options: RetentionOptions): Retention {
  const { store, artifacts, clock, log, sessionTtlMs } = options
  let cancelTimer: (() => void) | undefined
  let stopped = false

  return { start: schedule, sweep, stop }

  function schedule(): void {
    if (stopped) return
    cancelTimer = clock.setTimer(EVERY_MS, () => {
      void sweep()
        .catch((error: unknown) =>
          log.error({ err: error }, 'removing old sessions failed; it will be tried again'),
        )
        .then(schedule)
    })
  }

  async function sweep(): Promise<void> {
    let count = 0
    for (let more = true; more && !stopped; ) {
      const now = clock.now()
      const batch = await store.purge({ endedBefore: now - sessionTtlMs, now, maxRows: BATCH_ROWS })
      for (const sessionId of batch.removed) await artifacts.removeSession(sessionId)
      count += batch.removed.length
      more = batch.more
      await nextTurn()
    }
    if (count > 0) log.info({ count }, 'removed old sessions')
  }

  function stop(): void {
    stopped = true
    cancelTimer?.()
  }
}
