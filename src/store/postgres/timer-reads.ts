import type { StoreReads } from '../grouped-store.ts'
import type { Queries } from './queries.ts'

type TimerReads = Pick<StoreReads, 'runnable' | 'due' | 'nextWakeAt'>

const runnable = `
  SELECT id FROM stepstream.session
  WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back') AND id > $1 ORDER BY id LIMIT $2`
const due = `
  SELECT id FROM stepstream.session
  WHERE wake_at IS NOT NULL AND wake_at <= $1 ORDER BY wake_at LIMIT $2`
const earliest = `
  SELECT min(wake_at) AS "wakeAt" FROM stepstream.session WHERE wake_at IS NOT NULL`

export function createTimerReads(queries: Queries): TimerReads {
  return {
    async runnable(after = '', limit) {
      const rows = await queries.rows<{ id: string }>(runnable, [after, limit], 'runnable')
      return rows.map(({ id }) => id)
    },
    async due(now, limit) {
      const rows = await queries.rows<{ id: string }>(due, [now, limit], 'due')
      return rows.map(({ id }) => id)
    },
    async nextWakeAt() {
      const [row] = await queries.rows<{ wakeAt: number | null }>(earliest, [], 'next-wake')
      return row?.wakeAt ?? undefined
    },
  }
}
