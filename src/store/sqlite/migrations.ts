import { StoreOpenError } from '../store-open-error.ts'
import type { Database } from './database.ts'

/**
 * The schema, step by step; a database's `user_version` says how many it has. Never edit one that
 * was released: add another.
 *
 * An event's row names its session by number, not by id: the index is a third as large, and
 * appending to a thousand sessions in turn touches few of its pages. The plan has a table of its
 * own, so that a change of status does not rewrite it.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE session (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    name TEXT,
    status TEXT NOT NULL,
    total_steps INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    wake_at INTEGER,
    ended_at INTEGER,
    -- live; purging: hidden, its rows are being removed; emptied: only this row is left
    purge TEXT NOT NULL DEFAULT 'live'
  ) STRICT;
  CREATE INDEX session_by_creation ON session (tenant, created_at, id) WHERE purge = 'live';
  CREATE INDEX session_by_status ON session (tenant, status, created_at, id) WHERE purge = 'live';
  CREATE INDEX session_by_name ON session (tenant, name, created_at, id)
    WHERE purge = 'live' AND name IS NOT NULL;
  CREATE INDEX session_due ON session (wake_at) WHERE wake_at IS NOT NULL;
  CREATE INDEX session_runnable ON session (id) WHERE status IN ('queued', 'running', 'cancelling');
  CREATE INDEX session_ended ON session (ended_at) WHERE ended_at IS NOT NULL AND purge = 'live';
  CREATE INDEX session_purge ON session (purge) WHERE purge <> 'live';

  CREATE TABLE plan (
    session INTEGER PRIMARY KEY,
    tenant TEXT NOT NULL,
    plan TEXT NOT NULL,
    correlation TEXT NOT NULL
  ) STRICT;

  -- position is the order of commits over all sessions
  CREATE TABLE event (
    position INTEGER PRIMARY KEY,
    session INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (session, seq)
  ) STRICT;

  CREATE TABLE idempotency (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    answer TEXT NOT NULL,
    session INTEGER NOT NULL,
    session_id TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    UNIQUE (tenant, key)
  ) STRICT;
  CREATE INDEX idempotency_by_session ON idempotency (session);
  CREATE INDEX idempotency_by_expiry ON idempotency (expires_at);

  CREATE TABLE artifact (
    id TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    session INTEGER NOT NULL,
    step_id TEXT,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX artifact_by_session ON artifact (session);

  CREATE TABLE setting (name TEXT NOT NULL UNIQUE, value TEXT NOT NULL) STRICT;

  CREATE TABLE status_count (
    tenant TEXT NOT NULL,
    status TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    UNIQUE (tenant, status)
  ) STRICT;

  CREATE TABLE probe (bytes BLOB NOT NULL) STRICT;
  `,
  `
  -- what a session was started from
  ALTER TABLE session ADD COLUMN workflow TEXT;
  ALTER TABLE session ADD COLUMN workflow_version INTEGER;
  CREATE INDEX session_by_workflow ON session (tenant, workflow, created_at, id)
    WHERE purge = 'live' AND workflow IS NOT NULL;
  CREATE INDEX session_ended_by_workflow ON session (tenant, workflow, ended_at)
    WHERE purge = 'live' AND workflow IS NOT NULL AND ended_at IS NOT NULL;

  -- one row for each name, for good: version is the highest given out, and digest is null while the
  -- workflow is removed
  CREATE TABLE workflow (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    first_version INTEGER NOT NULL,
    digest TEXT,
    UNIQUE (tenant, name)
  ) STRICT;
  CREATE TABLE workflow_version (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    version INTEGER NOT NULL,
    description TEXT,
    total_steps INTEGER NOT NULL,
    restored_from INTEGER,
    created_at INTEGER NOT NULL,
    digest TEXT NOT NULL,
    definition TEXT NOT NULL,
    UNIQUE (tenant, name, version)
  ) STRICT;
  `,
  `
  -- what sessions are found by, with what lists are sorted by; plans have the same labels
  CREATE TABLE session_label (
    session INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (session, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_by_label ON session_label (tenant, key, value, created_at, id);
  `,
  `
  -- what modules keep for themselves; session_id may name a session that is not there
  CREATE TABLE document (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    session_id TEXT,
    expires_at INTEGER,
    body TEXT NOT NULL,
    UNIQUE (tenant, kind, id)
  ) STRICT;
  CREATE INDEX document_by_creation ON document (tenant, kind, created_at, id);
  CREATE INDEX document_by_session ON document (session_id, tenant, kind, created_at, id)
    WHERE session_id IS NOT NULL;
  CREATE INDEX document_due ON document (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX document_by_expiry ON document (expires_at) WHERE expires_at IS NOT NULL;
  `,
  `
  -- sessions that are rolled back are driven too
  DROP INDEX session_runnable;
  CREATE INDEX session_runnable ON session (id)
    WHERE status IN ('queued', 'running', 'cancelling', 'rolling_back');
  `,
  `
  -- which of the sessions that wait has its turn first, also among those that are due; plans have the same
  ALTER TABLE session ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
  DROP INDEX session_due;
  CREATE INDEX session_due ON session (priority, wake_at) WHERE wake_at IS NOT NULL;
  `,
  `
  -- what people see of a session in lists; plans say it, and what was created before has none
  ALTER TABLE session ADD COLUMN title TEXT NOT NULL DEFAULT '';
  `,
]

/**
 * Brings a database to the newest schema this program knows.
 * @throws StoreOpenError when the database's schema is newer
 */
export function migrate(database: Database, file: string): void {
  const { user_version: version } = database
    .prepare('PRAGMA user_version')
    .get<{ user_version: number }>() ?? { user_version: 0 }
  if (version > migrations.length) {
    throw new StoreOpenError(
      `The database ${file} has schema ${version}, and this version of Stepstream knows schemas up to ${migrations.length}: run the newer version that wrote it.`,
    )
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue
    database.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}
