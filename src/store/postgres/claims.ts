import type { SessionClaim, SessionClaims, SessionHead } from '../replica.ts'
import type { Queries } from './queries.ts'

export interface SessionClaimsOptions {
  readonly owner: string
  readonly queries: Queries
}

const head = 'id AS "sessionId", status, wake_at AS "wakeAt", priority, last_seq AS "lastSeq"'

/*
 * Each statement takes the rows it changes in the order of their ids before it changes any, so
 * that two that meet wait for one another instead of both failing.
 */

const claimSessions = `
  WITH asked AS (SELECT * FROM unnest($2::text[], $3::text[]) AS asked (id, claim)),
  held AS MATERIALIZED (
    SELECT session.no, asked.claim FROM stepstream.session JOIN asked USING (id)
    WHERE session.ended_at IS NULL AND session.purge = 'live'
    ORDER BY session.id FOR NO KEY UPDATE OF session
  )
  UPDATE stepstream.session SET owner = $1, claim = held.claim
  FROM held WHERE session.no = held.no
  RETURNING ${head}`

const releaseSessions = `
  WITH asked AS (SELECT * FROM unnest($2::text[], $3::text[]) AS asked (id, claim)),
  held AS MATERIALIZED (
    SELECT session.no FROM stepstream.session JOIN asked USING (id)
    WHERE session.owner = $1 AND session.claim = asked.claim
    ORDER BY session.id FOR NO KEY UPDATE OF session
  )
  UPDATE stepstream.session SET owner = NULL, claim = NULL
  FROM held WHERE session.no = held.no
  RETURNING ${head}`

const disownSessions = `
  WITH asked AS (SELECT * FROM unnest($2::text[], $3::text[]) AS asked (id, claim)),
  held AS MATERIALIZED (
    SELECT session.no FROM stepstream.session JOIN asked USING (id)
    WHERE session.owner = $1 AND session.claim IS NOT DISTINCT FROM asked.claim
    ORDER BY session.id FOR NO KEY UPDATE OF session
  )
  UPDATE stepstream.session SET owner = NULL, claim = NULL
  FROM held WHERE session.no = held.no`

const sessionsOfOwner = `
  SELECT ${head}, claim FROM stepstream.session
  WHERE owner = $1 AND id > $2 AND ended_at IS NULL AND purge = 'live'
  ORDER BY id LIMIT $3`

// Two halves, because each has its index and one condition with OR has none.
const sessionsWithoutOwner = `
  SELECT * FROM (
    (SELECT ${head} FROM stepstream.session
     WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back')
       AND owner IS NULL AND purge = 'live' AND id > $2
     ORDER BY id LIMIT $3)
    UNION
    (SELECT ${head} FROM stepstream.session
     WHERE wake_at IS NOT NULL AND wake_at <= $1
       AND owner IS NULL AND ended_at IS NULL AND purge = 'live' AND id > $2
     ORDER BY id LIMIT $3)
  ) AS unowned
  ORDER BY "sessionId" LIMIT $3`

/** Who drives which session, kept in the sessions' rows. */
export function createSessionClaims({ owner, queries }: SessionClaimsOptions): SessionClaims {
  return {
    owner,
    async register() {
      await queries.rows(
        'INSERT INTO stepstream.replica (owner) VALUES ($1) ON CONFLICT DO NOTHING',
        [owner],
      )
    },
    async others() {
      const rows = await queries.rows<{ owner: string }>(
        'SELECT owner FROM stepstream.replica WHERE owner <> $1 ORDER BY started_at, owner',
        [owner],
      )
      return rows.map((row) => row.owner)
    },
    async unregister(gone) {
      await queries.rows('DELETE FROM stepstream.replica WHERE owner = $1', [gone])
    },
    claim: (claims) =>
      queries.rows<SessionHead>(claimSessions, [owner, ...columns(claims)], 'claim-sessions'),
    release: (claims) =>
      queries.rows<SessionHead>(releaseSessions, [owner, ...columns(claims)], 'release-sessions'),
    ownedBy: (other, after = '', limit) => queries.rows(sessionsOfOwner, [other, after, limit]),
    async disown(other, sessions) {
      await queries.rows(disownSessions, [other, ...columns(sessions)])
    },
    unowned: (now, after = '', limit) =>
      queries.rows<SessionHead>(sessionsWithoutOwner, [now, after, limit]),
  }
}

function columns(
  claims: readonly (Omit<SessionClaim, 'claim'> & { readonly claim: string | null })[],
): [string[], (string | null)[]] {
  return [claims.map(({ sessionId }) => sessionId), claims.map(({ claim }) => claim)]
}
