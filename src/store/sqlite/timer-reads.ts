import type { StoreReads } from '../grouped-store.ts'
import type { Database } from './database.ts'

type TimerReads = Pick<StoreReads, 'runnable' | 'due' | 'nextWakeAt'>

export function createTimerReads(database: Database): TimerReads {
  const runnable = database.prepare(`
    SELECT id FROM session WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back') AND id > ?
    ORDER BY id LIMIT ?
  `)
  const due = database.prepare(`
    SELECT id FROM session WHERE wake_at IS NOT NULL AND wake_at <= ? ORDER BY wake_at LIMIT ?
  `)
  const earliest = database.prepare(
    'SELECT min(wake_at) AS wakeAt FROM session WHERE wake_at IS NOT NULL',
  )

  return {
    async runnable(after = '', limit) {
      return runnable.all<{ id: string }>(after, limit).map(({ id }) => id)
    },
    async due(now, limit) {
      return due.all<{ id: string }>(now, limit).map(({ id }) => id)
    },
    async nextWakeAt() {
      return earliest.get<{ wakeAt: number | null }>()?.wakeAt ?? undefined
    },
  }
}
