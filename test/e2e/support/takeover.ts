import { setTimeout as pause } from 'node:timers/promises'
import type { Pool } from 'pg'

/** How sessions of a replica that fell silent went on at others. */
export interface Takeover {
  /** How many it drove. */
  readonly sessions: number
  /** How many of them went on elsewhere while it was watched. */
  readonly moved: number
  /** When the last one did, in ms after the replica fell silent. */
  readonly lastMs: number
}

/** How long a replica may take to hold the lock by which others see that it lives. */
const LOCKED_MS = 30_000

/** The name under which a replica owns sessions; resolves when it has been seen to hold its lock. */
export async function ownerOf(database: Pool, replica: string): Promise<string> {
  const began = performance.now()
  while (performance.now() - began < LOCKED_MS) {
    const { rows } = await database.query<{ owner: string }>(heldLocks, [replica])
    // For a moment it may hold the lock of another one, which is dead.
    if (rows.length === 1 && rows[0] !== undefined) return rows[0].owner
    await pause(50)
  }
  throw new Error(`${replica} holds no lock`)
}

/** Watches the sessions that an owner drives now until all have gone on elsewhere, or the watch is over. */
export async function watchTakeover(
  database: Pool,
  owner: string,
  over: AbortSignal,
): Promise<Takeover> {
  const began = performance.now()
  const { rows } = await database.query<{ id: string; seq: string }>(drivenSessions, [owner])
  const waiting = new Map(rows.map(({ id, seq }) => [id, Number(seq)]))
  let lastMs = 0
  while (waiting.size > 0 && !over.aborted) {
    const ids = [...waiting.keys()]
    const moved = await database.query<{ id: string }>(movedSessions, [
      owner,
      ids,
      ids.map((id) => waiting.get(id)),
    ])
    for (const { id } of moved.rows) waiting.delete(id)
    if (moved.rows.length > 0) lastMs = performance.now() - began
    await pause(50)
  }
  return { sessions: rows.length, moved: rows.length - waiting.size, lastMs: Math.round(lastMs) }
}

const heldLocks = `
  SELECT DISTINCT owner FROM stepstream.replica
  JOIN pg_locks ON locktype = 'advisory' AND granted AND objsubid = 1
    AND (classid::bigint << 32 | objid::bigint) = owner::bigint
  JOIN pg_stat_activity USING (pid)
  WHERE application_name = $1`

const drivenSessions = `
  SELECT id, last_seq AS seq FROM stepstream.session
  WHERE owner = $1 AND claim IS NOT NULL AND ended_at IS NULL`

/** Something happened to them in other hands, or there nothing can happen for now. */
const movedSessions = `
  SELECT id FROM stepstream.session
  JOIN unnest($2::text[], $3::bigint[]) AS before (id, seq) USING (id)
  WHERE owner IS DISTINCT FROM $1
    AND (last_seq > seq OR status NOT IN ('queued', 'running', 'cancelling'))`
