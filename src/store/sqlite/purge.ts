import type { SessionStatus } from '../../session/status.ts'
import { done, type Outcome, type PurgeWrite } from '../write.ts'
import type { Database } from './database.ts'
import type { EventLog } from './event-log.ts'
import type { SessionHeads } from './session-heads.ts'
import type { StatusCounts } from './status-counts.ts'

/** Removes sessions, inside a transaction that someone else holds. */
export interface Purge {
  hide(sessionId: string): Outcome
  purge(write: PurgeWrite): Outcome
  /** Whether purges have come to an end that removed something, since it was asked last. */
  hasFinished(): boolean
}

interface Victim {
  readonly no: number
  readonly id: string
  readonly tenant: string
  readonly status: SessionStatus
}

/**
 * A session goes in stages: it is hidden, its rows are removed piece by piece, it is reported, and
 * at the next call its own row goes. Whoever is told that a session is gone removes its files, so a
 * session whose report may have been lost with the process is reported again.
 */
export function createPurge(
  database: Database,
  log: EventLog,
  heads: SessionHeads,
  counts: StatusCounts,
): Purge {
  const reported = new Set<number>()
  let removedSome = false
  let finished = false
  const byId = database.prepare(
    'SELECT no, id, tenant, status, ended_at AS endedAt, purge FROM session WHERE id = ?',
  )
  const hideSession = database.prepare(
    "UPDATE session SET purge = 'purging' WHERE no = ? AND purge = 'live'",
  )
  const freeKeys = database.prepare('DELETE FROM idempotency WHERE session = ?')
  // Naming the partial index's condition lets SQLite use it.
  const nextHidden = database.prepare(
    "SELECT no, id, tenant, status FROM session WHERE purge <> 'live' AND purge = 'purging' LIMIT 1",
  )
  const nextEnded = database.prepare(`
    SELECT no, id, tenant, status FROM session
    WHERE ended_at IS NOT NULL AND ended_at < ? AND purge = 'live' ORDER BY ended_at LIMIT 1
  `)
  const dropArtifacts = database.prepare('DELETE FROM artifact WHERE session = ?')
  const dropPlan = database.prepare('DELETE FROM plan WHERE session = ?')
  const dropLabels = database.prepare('DELETE FROM session_label WHERE session = ?')
  const dropDocuments = database.prepare(`
    DELETE FROM document WHERE rowid IN
      (SELECT rowid FROM document WHERE session_id = ? AND tenant = ? LIMIT ?)
  `)
  const markEmptied = database.prepare("UPDATE session SET purge = 'emptied' WHERE no = ?")
  const emptied = database.prepare(
    "SELECT no, id FROM session WHERE purge <> 'live' AND purge = 'emptied' LIMIT ?",
  )
  const dropSession = database.prepare("DELETE FROM session WHERE no = ? AND purge = 'emptied'")
  const dropExpiredKeys = database.prepare(`
    DELETE FROM idempotency WHERE rowid IN
      (SELECT rowid FROM idempotency WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
  `)
  const dropExpiredDocuments = database.prepare(`
    DELETE FROM document WHERE rowid IN
      (SELECT rowid FROM document WHERE expires_at <= ? ORDER BY expires_at LIMIT ?)
  `)

  return {
    hide(sessionId) {
      const session = byId.get<Victim & { endedAt: number | null; purge: string }>(sessionId)
      if (session === undefined || session.purge !== 'live') return done
      if (session.endedAt === null) {
        return { kind: 'refused', code: 'SESSION_NOT_ENDED', message: 'the session has not ended' }
      }
      hide(session)
      return done
    },

    purge({ endedBefore, now, maxRows }) {
      let budget = maxRows
      for (const no of reported) budget -= dropSession.run(no).changes
      reported.clear()
      budget -= dropExpiredKeys.run(now, Math.max(budget, 0)).changes
      budget -= dropExpiredDocuments.run(now, Math.max(budget, 0)).changes
      const removed = budget > 0 ? reportAgain(budget) : []
      while (budget > 0) {
        const victim = nextHidden.get<Victim>() ?? nextEnded.get<Victim>(endedBefore)
        if (victim === undefined) break
        hide(victim)
        budget -= log.remove(victim.no, budget)
        if (budget <= 0) break
        budget -= dropDocuments.run(victim.id, victim.tenant, budget).changes
        if (budget <= 0) break
        budget -= empty(victim.no)
        removed.push(victim.id)
      }
      removedSome ||= budget < maxRows
      finished = budget > 0
      return { kind: 'done', value: { removed, more: budget <= 0 } }
    },

    hasFinished() {
      if (!removedSome || !finished) return false
      removedSome = false
      return true
    },
  }

  function hide({ no, id, tenant, status }: Victim): void {
    heads.delete(id)
    if (hideSession.run(no).changes === 0) return
    counts.move(tenant, status, undefined)
    freeKeys.run(no)
  }

  function reportAgain(limit: number): string[] {
    return emptied.all<Victim>(limit).map(({ no, id }) => {
      reported.add(no)
      return id
    })
  }

  function empty(no: number): number {
    const { changes } = dropArtifacts.run(no)
    dropPlan.run(no)
    dropLabels.run(no)
    markEmptied.run(no)
    reported.add(no)
    return changes + 2
  }
}
