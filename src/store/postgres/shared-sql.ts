/*
 * Parts that statements that write events have in common. They take what is in a query `accepted`,
 * which has `id`, `events` (how many) and `message`.
 */

/**
 * The log's one row of position is locked here until the commit, which makes positions dense in
 * the order of commits. It is taken even where no event is written, for the order of locks.
 */
export const takePositions = `taken AS MATERIALIZED (
      UPDATE stepstream.log_position
      SET position = position + (SELECT sum(events) FROM accepted)::bigint
      WHERE EXISTS (SELECT FROM accepted)
      RETURNING position - (SELECT sum(events) FROM accepted)::bigint AS before, position AS after
    )`

/**
 * Where a session is looked up by its id. As `purge = 'live'` it would make the indexes of lists
 * eligible, and the planner prefers reading one of those from end to end while it takes the table
 * to be small.
 */
export const visible = "purge NOT IN ('purging', 'emptied')"

/** Adds to the counts by status. @param from a query with `tenant`, `status` and `change` */
export function countChanges(from: string): string {
  return `INSERT INTO stepstream.status_count AS counts (tenant, status, sessions)
      SELECT tenant, status, sum(change) ${from}
      GROUP BY tenant, status HAVING sum(change) <> 0 ORDER BY tenant, status
      ON CONFLICT (tenant, status) DO UPDATE SET sessions = counts.sessions + excluded.sessions`
}

/** Tells the other processes of the commit, in as many messages as it takes. */
export function tellOthers(owner: string, notify: boolean): string {
  const tell = notify ? 'pg_notify' : 'concat'
  return `told AS MATERIALIZED (
      SELECT ${tell}('stepstream_log', concat_ws(' ', ${owner}, min(taken.before),
        min(taken.after), string_agg(accepted.id, ' ')))
      FROM accepted CROSS JOIN taken WHERE accepted.events > 0 GROUP BY accepted.message
    )`
}
