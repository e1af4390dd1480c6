import type { Clock } from '../../clock.ts'
import type { Lifeline } from '../replica.ts'
import { createChangeOutbox } from './change-outbox.ts'
import { createHearing } from './hearing.ts'
import { logChannel, parseLogMessage } from './log-message.ts'
import { createLogReads } from './log-reads.ts'
import type { Queries } from './queries.ts'

export interface ChangeFeedOptions {
  /** Whose own writes are no news. */
  readonly owner: string
  /** Undefined where the database cannot notify; then polling is the only way. */
  readonly lifeline: Lifeline | undefined
  readonly queries: Queries
  readonly clock: Clock
  /** @default 1000 beside notifications, 200 without */
  readonly pollMs?: number
}

/** Tells which sessions others have written to: soon, in any order, perhaps twice. */
export interface ChangeFeed {
  onChange(listener: (sessionIds: readonly string[]) => void): void
  /** Tells the listeners at once: it is not known what became of a write to these. */
  doubt(sessionIds: readonly string[]): void
  /** Why the database cannot be reached; undefined when it can. */
  health(): string | undefined
  close(): Promise<void>
}

/**
 * Begins at the position that the log has now. Listens to what each commit tells; what that misses
 * shows in the position, which is read once in a while, and is then read from the log.
 * @throws StepstreamError STORAGE_UNAVAILABLE when the log cannot be read
 */
export async function createChangeFeed(options: ChangeFeedOptions): Promise<ChangeFeed> {
  const { owner, lifeline, queries, clock } = options
  const { pollMs = lifeline === undefined ? 200 : 1000 } = options
  const log = createLogReads(queries, clock)
  const outbox = createChangeOutbox()
  let position = await log.position()
  const hearing = createHearing(position)
  let hurry = false
  let due = false
  let checking: Promise<void> | undefined
  let cancelTimer = clock.setTimer(pollMs, check)
  let closed = false

  lifeline?.listen(logChannel, hear)
  lifeline?.onConnect(() => {
    hurry = true
    check()
  })
  lifeline?.onLost(hearing.breakOff)

  return {
    onChange: outbox.onChange,
    doubt: outbox.tellAtOnce,
    health: log.fault,
    async close() {
      closed = true
      cancelTimer()
      outbox.close()
      await checking
    },
  }

  function hear(payload: string): void {
    const message = parseLogMessage(payload)
    if (closed || message === undefined) return
    if (message.owner !== owner) outbox.add(message.sessionIds)
    if (hearing.hear(message.from, message.to)) check()
  }

  function check(): void {
    if (closed) return
    due = true
    checking ??= checkWhileDue()
  }

  async function checkWhileDue(): Promise<void> {
    cancelTimer()
    while (due && !closed) {
      due = false
      // What failed is what `health` tells; the next read takes no time for patience.
      await readOn().catch(() => (hurry = true))
    }
    checking = undefined
    if (!closed) cancelTimer = clock.setTimer(pollMs, check)
  }

  async function readOn(): Promise<void> {
    const before = { heard: hearing.heard, position, hurry }
    hurry = false
    position = await log.position()
    if (position < before.heard) hearing.goBackTo(position)
    // What was written a moment ago is on its way; what was there a whole poll ago is not.
    const late = before.hurry || lifeline?.connected !== true || hearing.heard < before.position
    if (late) hearing.skipTo(position)
    await readMissed()
  }

  async function readMissed(): Promise<void> {
    for (;;) {
      const after = hearing.takeMissed()
      if (after === undefined || closed) return
      try {
        const page = await log.writtenAfter(after)
        outbox.add(page.sessionIds)
        if (page.last !== undefined) hearing.miss(page.last)
      } catch (error) {
        hearing.miss(after)
        throw error
      }
    }
  }
}
