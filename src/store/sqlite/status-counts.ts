import type { SessionStatus } from '../../session/status.ts'
import type { Database } from './database.ts'

/** Keeps how many sessions each tenant has by status, one row written per change of a group. */
export interface StatusCounts {
  move(tenant: string, from: SessionStatus | undefined, to: SessionStatus | undefined): void
  /** Writes what has changed, inside the group's transaction. */
  flush(): void
  /** Forgets what has changed, after a rollback. */
  clear(): void
}

export function createStatusCounts(database: Database): StatusCounts {
  const changes = new Map<string, Map<SessionStatus, number>>()
  const add = database.prepare(`
    INSERT INTO status_count (tenant, status, sessions) VALUES (?, ?, ?)
    ON CONFLICT (tenant, status) DO UPDATE SET sessions = sessions + excluded.sessions
  `)

  return {
    move(tenant, from, to) {
      if (from === to) return
      const ofTenant = changes.get(tenant) ?? new Map<SessionStatus, number>()
      changes.set(tenant, ofTenant)
      if (from !== undefined) ofTenant.set(from, (ofTenant.get(from) ?? 0) - 1)
      if (to !== undefined) ofTenant.set(to, (ofTenant.get(to) ?? 0) + 1)
    },
    flush() {
      for (const [tenant, ofTenant] of changes) {
        for (const [status, change] of ofTenant) if (change !== 0) add.run(tenant, status, change)
      }
      changes.clear()
    },
    clear: () => changes.clear(),
  }
}
