import type pg from 'pg'

/** Removes everything but the schema; the log begins anew. */
export async function emptyStore(pool: pg.Pool): Promise<void> {
  await pool.query(`
    TRUNCATE stepstream.session, stepstream.plan, stepstream.event, stepstream.idempotency,
      stepstream.artifact, stepstream.artifact_chunk, stepstream.status_count, stepstream.replica,
      stepstream.workflow, stepstream.workflow_version,
      stepstream.document;
    UPDATE stepstream.log_position SET position = 0;
    DELETE FROM stepstream.setting WHERE name <> 'store.schema'`)
}
