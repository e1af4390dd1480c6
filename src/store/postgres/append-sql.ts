/** Parameters: by unit `$1`–`$9`, by event `$10`–`$13`, then the owner. */
export function appendSql(notify: boolean): string {
  return `
    WITH wanted AS MATERIALIZED (
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::bigint[],
        $6::text[], $7::bigint[], $8::bigint[], $9::bigint[]) WITH ORDINALITY
        AS w (id, tenant, expected_seq, claim, events, status, wake_at, ended_at, message, unit)
    ), locked AS MATERIALIZED (
      SELECT no, id, tenant, status, last_seq, claim FROM stepstream.session
      WHERE id = ANY ($1::text[]) AND purge = 'live'
      ORDER BY id FOR NO KEY UPDATE
    ), judged AS MATERIALIZED (
      SELECT w.unit, w.id, w.tenant, w.expected_seq, w.events, w.status, w.wake_at, w.ended_at,
        w.message, l.no, l.status AS old_status,
        CASE
          WHEN l.tenant IS DISTINCT FROM w.tenant THEN 'conflict'
          WHEN w.claim IS NOT NULL AND l.claim IS DISTINCT FROM w.claim THEN 'claimLost'
          WHEN l.last_seq <> w.expected_seq THEN 'conflict'
          ELSE 'done'
        END AS verdict
      FROM wanted w LEFT JOIN locked l ON l.id = w.id
    ), accepted AS MATERIALIZED (
      SELECT * FROM judged WHERE verdict = 'done'
    ), moved AS (
      UPDATE stepstream.session s SET
        last_seq = a.expected_seq + a.events,
        status = CASE WHEN a.status IS NULL THEN s.status ELSE a.status END,
        wake_at = CASE WHEN a.status IS NULL THEN s.wake_at ELSE a.wake_at END,
        ended_at = CASE WHEN a.status IS NULL THEN s.ended_at ELSE a.ended_at END
      FROM accepted a
      WHERE s.no = ANY (ARRAY(SELECT no FROM accepted)) AND s.no = a.no
    ), taken AS MATERIALIZED (
      UPDATE stepstream.log_position
      SET position = position + (SELECT sum(events) FROM accepted)::bigint
      WHERE EXISTS (SELECT FROM accepted)
      RETURNING position - (SELECT sum(events) FROM accepted)::bigint AS before, position AS after
    ), logged AS (
      INSERT INTO stepstream.event (session, seq, position, tenant, type, body)
      SELECT a.no, e.seq, taken.before + row_number() OVER (ORDER BY e.no), a.tenant, e.type, e.body
      FROM unnest($10::bigint[], $11::bigint[], $12::text[], $13::text[]) WITH ORDINALITY
        AS e (unit, seq, type, body, no)
      JOIN accepted a ON a.unit = e.unit CROSS JOIN taken
    ), counted AS (
      INSERT INTO stepstream.status_count AS c (tenant, status, sessions)
      SELECT d.tenant, d.status, sum(d.change) FROM taken CROSS JOIN (
        SELECT tenant, old_status AS status, -1 AS change FROM accepted WHERE status <> old_status
        UNION ALL
        SELECT tenant, status, 1 FROM accepted WHERE status <> old_status
      ) d
      GROUP BY d.tenant, d.status HAVING sum(d.change) <> 0 ORDER BY d.tenant, d.status
      ON CONFLICT (tenant, status) DO UPDATE SET sessions = c.sessions + excluded.sessions
    )${
      notify
        ? `, told AS MATERIALIZED (
      SELECT pg_notify('stepstream_log', concat_ws(' ', $14::text, min(taken.before), min(taken.after), string_agg(a.id, ' ' ORDER BY a.id)))
      FROM accepted a CROSS JOIN taken WHERE a.events > 0 GROUP BY a.message
    )`
        : ''
    }
    SELECT ${notify ? '(SELECT count(*) FROM told)' : '$14::text'} AS told,
      (SELECT json_agg(json_build_array(unit, verdict, old_status))
        FROM judged WHERE verdict <> 'done' OR status IS NOT NULL) AS told_units`
}
