import { done, type Outcome, type PurgeWrite } from '../write.ts'
import { bigintArray, textArray } from './binary-arrays.ts'
import { countChanges, visible } from './shared-sql.ts'
import type { WriteConnection } from './write-connection.ts'

/** Removes sessions, by statements that commit one by one. */
export interface Purge {
  hide(sessionId: string): Promise<Outcome>
  purge(write: PurgeWrite): Promise<Outcome>
}

interface Victim {
  readonly no: number
  readonly id: string
  readonly tenant: string
}

/** So many sessions at a time. */
const BATCH = 100

/**
 * A session goes in stages: it is hidden, its rows are removed piece by piece, it is reported, and
 * at the next call its own row goes. Whoever is told that a session is gone removes its files, so a
 * session whose report may have been lost with a process is reported again, by whichever comes next.
 */
export function createPurge(connection: WriteConnection): Purge {
  let reported: readonly number[] = []

  return {
    async hide(sessionId) {
      const [session] = await connection.query<{ ended: boolean }>({
        name: 'hide',
        text: hideOne,
        values: [sessionId],
      })
      if (session?.ended !== false) return done
      return { kind: 'refused', code: 'SESSION_NOT_ENDED', message: 'the session has not ended' }
    },

    async purge({ endedBefore, now, maxRows }) {
      let budget = maxRows
      budget -= await count('drop-sessions', dropSessions, [bigintArray(reported)])
      reported = []
      budget -= await count('drop-keys', dropExpiredKeys, [now, Math.max(budget, 0)])
      const expired = [now, Math.max(budget, 0)]
      budget -= await count('drop-expired-documents', dropExpiredDocuments, expired)
      const removed = budget > 0 ? [...(await find('emptied', budget))] : []
      while (budget > 0) {
        const batch = Math.min(budget, BATCH)
        await count('hide-ended', hideEnded, [endedBefore, batch])
        const found = await find('purging', batch)
        const victims = bigintArray(found.map(({ no }) => no))
        const events = await count('drop-events', dropEvents, [victims, budget])
        budget -= events
        if (budget <= 0) break
        budget -= await count('drop-documents', dropDocuments, [...keysOf(found), budget])
        if (budget <= 0) break
        const emptied = await empty(victims)
        for (const { artifacts, ...victim } of emptied) {
          removed.push(victim)
          budget -= artifacts + 2
        }
        // None are left, or another process is removing those that are.
        if (events === 0 && emptied.length === 0) break
      }
      reported = removed.map(({ no }) => no)
      return { kind: 'done', value: { removed: removed.map(({ id }) => id), more: budget <= 0 } }
    },
  }

  async function count(name: string, text: string, values: readonly unknown[]): Promise<number> {
    const [row] = await connection.query<{ count: number }>({ name, text, values })
    return row?.count ?? 0
  }

  function find(stage: 'purging' | 'emptied', limit: number): Promise<readonly Victim[]> {
    return connection.query({ name: 'find-hidden', text: findHidden, values: [stage, limit] })
  }

  function empty(victims: Buffer): Promise<readonly (Victim & { artifacts: number })[]> {
    return connection.query({ name: 'empty', text: emptySessions, values: [victims] })
  }
}

function keysOf(victims: readonly Victim[]): Buffer[] {
  return [textArray(victims.map(({ id }) => id)), textArray(victims.map(({ tenant }) => tenant))]
}

const hideVictims = `hidden AS (
    UPDATE stepstream.session SET purge = 'purging'
    WHERE no = ANY (ARRAY(SELECT no FROM victims)) RETURNING no
  ), freed AS (
    DELETE FROM stepstream.idempotency WHERE session = ANY (ARRAY(SELECT no FROM victims))
    RETURNING session
  ), counted AS (
    -- after the keys, as where sessions are created
    ${countChanges('FROM (SELECT tenant, status, -1 AS change FROM victims WHERE (SELECT count(*) FROM freed) >= 0) AS changed')}
  )`

const hideOne = `
  WITH found AS MATERIALIZED (
    SELECT no, tenant, status, ended_at FROM stepstream.session
    WHERE id = $1 AND ${visible} FOR UPDATE
  ), victims AS MATERIALIZED (
    SELECT no, tenant, status FROM found WHERE ended_at IS NOT NULL
  ), ${hideVictims}
  SELECT ended_at IS NOT NULL AS ended FROM found`

const hideEnded = `
  WITH victims AS MATERIALIZED (
    SELECT no, tenant, status FROM stepstream.session
    WHERE ended_at IS NOT NULL AND ended_at < $1 AND purge = 'live'
    ORDER BY ended_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), ${hideVictims}
  SELECT count(*) FROM hidden`

// Naming the partial index's condition lets the planner use it.
const findHidden = `
  SELECT no, id, tenant FROM stepstream.session
  WHERE purge <> 'live' AND purge = $1 ORDER BY no LIMIT $2`

// By their place in the file, which does not change while they are locked: no index is asked twice.
const dropEvents = `
  WITH doomed AS MATERIALIZED (
    SELECT ctid FROM stepstream.event
    WHERE session = ANY ($1::bigint[]) ORDER BY session, seq LIMIT $2 FOR UPDATE
  ), dropped AS (
    DELETE FROM stepstream.event WHERE ctid = ANY (ARRAY(SELECT ctid FROM doomed)) RETURNING seq
  )
  SELECT count(*) FROM dropped`

const dropDocuments = `
  WITH doomed AS MATERIALIZED (
    SELECT ctid FROM stepstream.document
    WHERE session_id = ANY ($1::text[])
      AND (session_id, tenant) IN (SELECT * FROM unnest($1::text[], $2::text[]))
    LIMIT $3 FOR UPDATE SKIP LOCKED
  ), dropped AS (
    DELETE FROM stepstream.document WHERE ctid = ANY (ARRAY(SELECT ctid FROM doomed)) RETURNING id
  )
  SELECT count(*) FROM dropped`

// Another process may still be removing events, and fail: only what is gone for all to see counts.
const emptySessions = `
  WITH emptied AS MATERIALIZED (
    UPDATE stepstream.session SET purge = 'emptied'
    WHERE no = ANY ($1::bigint[]) AND purge = 'purging'
      AND NOT EXISTS (SELECT FROM stepstream.event WHERE event.session = session.no)
    RETURNING no, id, tenant
  ), dropped AS MATERIALIZED (
    DELETE FROM stepstream.artifact WHERE session = ANY (ARRAY(SELECT no FROM emptied))
    RETURNING session
  ), unplanned AS (
    DELETE FROM stepstream.plan WHERE session = ANY (ARRAY(SELECT no FROM emptied))
  ), unlabelled AS (
    DELETE FROM stepstream.session_label WHERE session = ANY (ARRAY(SELECT no FROM emptied))
  ), undocumented AS (
    -- what was locked when the documents went
    DELETE FROM stepstream.document WHERE session_id = ANY (ARRAY(SELECT id FROM emptied))
      AND (session_id, tenant) IN (SELECT id, tenant FROM emptied)
  )
  SELECT no, id, tenant, (SELECT count(*) FROM dropped WHERE dropped.session = emptied.no) AS artifacts
  FROM emptied`

const dropSessions = `
  WITH dropped AS (
    DELETE FROM stepstream.session WHERE no = ANY ($1::bigint[]) AND purge = 'emptied' RETURNING no
  )
  SELECT count(*) FROM dropped`

const dropExpiredKeys = `
  WITH expired AS MATERIALIZED (
    SELECT ctid FROM stepstream.idempotency
    WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), dropped AS (
    DELETE FROM stepstream.idempotency
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM expired)) AND expires_at <= $1 RETURNING key
  )
  SELECT count(*) FROM dropped`

const dropExpiredDocuments = `
  WITH expired AS MATERIALIZED (
    SELECT ctid FROM stepstream.document
    WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ), dropped AS (
    DELETE FROM stepstream.document
    WHERE ctid = ANY (ARRAY(SELECT ctid FROM expired)) AND expires_at <= $1 RETURNING id
  )
  SELECT count(*) FROM dropped`
