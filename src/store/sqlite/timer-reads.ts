import type { StoreReads } from '../grouped-store.ts'
import type { SessionToDrive } from '../types.ts'
import type { Database } from './database.ts'

type TimerReads = Pick<StoreReads, 'runnable' | 'due' | 'nextWakeAt'>

const columns = 'id AS sessionId, status, priority'

export function createTimerReads(database: Database): TimerReads {
  const runnable = database.prepare(`
    SELECT ${columns} FROM session
    WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back') AND id > ?
    ORDER BY id LIMIT ?
  `)
  const below = database.prepare(`
    SELECT max(priority) AS priority FROM session INDEXED BY session_due
    WHERE wake_at IS NOT NULL AND priority < ?
  `)
  const due = database.prepare(`
    SELECT ${columns} FROM session INDEXED BY session_due
    WHERE wake_at IS NOT NULL AND priority = ? AND wake_at <= ? ORDER BY wake_at LIMIT ?
  `)
  const earliest = database.prepare(`
    SELECT min(wake_at) AS wakeAt FROM session INDEXED BY session_due
    WHERE wake_at IS NOT NULL AND priority = ?
  `)

  return {
    runnable: async (after = '', limit) => runnable.all<SessionToDrive>(after, limit),
    async due(now, limit) {
      const found: SessionToDrive[] = []
      for (const priority of priorities()) {
        found.push(...due.all<SessionToDrive>(priority, now, limit - found.length))
        if (found.length === limit) break
      }
      return found
    },
    async nextWakeAt() {
      let first: number | undefined
      for (const priority of priorities()) {
        const { wakeAt } = earliest.get<{ wakeAt: number | null }>(priority) ?? { wakeAt: null }
        if (wakeAt !== null) first = Math.min(wakeAt, first ?? wakeAt)
      }
      return first
    },
  }

  /** Those of the sessions that have a timer, the highest first: a step in the index for each, however many are parked. */
  function* priorities(): Generator<number> {
    for (let last = Number.MAX_SAFE_INTEGER; ; ) {
      const { priority } = below.get<{ priority: number | null }>(last) ?? { priority: null }
      if (priority === null) return
      yield priority
      last = priority
    }
  }
}
