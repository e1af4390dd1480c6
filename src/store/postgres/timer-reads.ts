import type { StoreReads } from '../grouped-store.ts'
import type { SessionToDrive } from '../types.ts'
import type { Queries } from './queries.ts'

type TimerReads = Pick<StoreReads, 'runnable' | 'due' | 'nextWakeAt'>

const columns = 'id AS "sessionId", status, priority'

const runnable = `
  SELECT ${columns} FROM stepstream.session
  WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back') AND id > $1 ORDER BY id LIMIT $2`
const due = `
  SELECT ${columns} FROM stepstream.session
  WHERE wake_at IS NOT NULL AND wake_at <= $1 ORDER BY priority DESC, wake_at LIMIT $2`
const earliest = `
  SELECT min(wake_at) AS "wakeAt" FROM stepstream.session WHERE wake_at IS NOT NULL`

export function createTimerReads(queries: Queries): TimerReads {
  return {
    runnable: (after = '', limit) =>
      queries.rows<SessionToDrive>(runnable, [after, limit], 'runnable'),
    due: (now, limit) => queries.rows<SessionToDrive>(due, [now, limit], 'due'),
    async nextWakeAt() {
      const [row] = await queries.rows<{ wakeAt: number | null }>(earliest, [], 'next-wake')
      return row?.wakeAt ?? undefined
    },
  }
}
