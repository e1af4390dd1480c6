import { runnableSessionStatuses, type SessionStatus } from '../../session/status.ts'
import type { Database } from './database.ts'

/** Keeps how many sessions each tenant has by status, one row written per change of a group. */
export interface StatusCounts {
  move(tenant: string, from: SessionStatus | undefined, to: SessionStatus | undefined): void
  /** How many sessions of all tenants are driven or wait for it, with what has changed. */
  runnable(): number
  /** Writes what has changed, inside the group's transaction. */
  flush(): void
  /** Forgets what has changed, after a rollback. */
  clear(): void
}

export function createStatusCounts(database: Database): StatusCounts {
  const changes = new Map<string, Map<SessionStatus, number>>()
  /** Read once, then kept; unknown again after a rollback. */
  let runnable: number | undefined
  const add = database.prepare(`
    INSERT INTO status_count (tenant, status, sessions) VALUES (?, ?, ?)
    ON CONFLICT (tenant, status) DO UPDATE SET sessions = sessions + excluded.sessions
  `)

  const sumRunnable = database.prepare(`
    SELECT coalesce(sum(sessions), 0) AS sessions FROM status_count
    WHERE status IN (${runnableSessionStatuses.map((status) => `'${status}'`).join(', ')})
  `)

  return {
    move(tenant, from, to) {
      if (from === to) return
      if (runnable !== undefined) runnable += weight(to) - weight(from)
      const ofTenant = changes.get(tenant) ?? new Map<SessionStatus, number>()
      changes.set(tenant, ofTenant)
      if (from !== undefined) ofTenant.set(from, (ofTenant.get(from) ?? 0) - 1)
      if (to !== undefined) ofTenant.set(to, (ofTenant.get(to) ?? 0) + 1)
    },
    runnable() {
      if (runnable === undefined) {
        runnable = sumRunnable.get<{ sessions: number }>()?.sessions ?? 0
        for (const ofTenant of changes.values()) {
          for (const [status, change] of ofTenant) runnable += weight(status) * change
        }
      }
      return runnable
    },
    flush() {
      for (const [tenant, ofTenant] of changes) {
        for (const [status, change] of ofTenant) if (change !== 0) add.run(tenant, status, change)
      }
      changes.clear()
    },
    clear() {
      changes.clear()
      runnable = undefined
    },
  }
}

function weight(status: SessionStatus | undefined): number {
  return status !== undefined && runnableSessionStatuses.includes(status) ? 1 : 0
}
