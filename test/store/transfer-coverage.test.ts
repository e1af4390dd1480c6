import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDatabase } from '../../src/store/sqlite/database.ts'
import { fillSqlite } from './transfer-content.ts'
import { exportFrom, importInto, postgresPlace, queryOf, sqlitePlace } from './transfer-stores.ts'

/** What an export carries, by table. A new column must move too, or be named among what stays. */
const moves = {
  session:
    'id tenant name status total_steps created_at wake_at ended_at workflow workflow_version',
  workflow: 'tenant name version first_version digest',
  workflow_version:
    'tenant name version description total_steps restored_from created_at digest definition',
  document: 'tenant kind id version created_at due_at session_id expires_at body',
  plan: 'tenant plan correlation',
  event: 'position tenant seq type body',
  idempotency: 'tenant key request_hash answer session_id expires_at',
  artifact: 'id tenant step_id name content_type bytes created_at',
  setting: 'name value',
}

/** Row numbers, marks of what is being removed, counts made anew, and what belongs to a running process. */
const stays = {
  sqlite: {
    // Title and priority are made anew from the plan.
    session: 'no purge priority title',
    plan: 'session',
    // Made anew from the plans.
    session_label: 'session tenant key value created_at id',
    event: 'session',
    idempotency: 'session',
    artifact: 'session',
    status_count: 'tenant status sessions',
    probe: 'bytes',
  },
  postgres: {
    // Title and priority are made anew from the plan.
    session: 'no purge owner claim last_seq priority title',
    plan: 'session',
    // Made anew from the plans.
    session_label: 'session tenant key value created_at id',
    event: 'session',
    idempotency: 'session',
    artifact: 'session',
    // Carried with the artifacts.
    artifact_chunk: 'session_id id no bytes',
    // Carried as the store's position.
    log_position: 'position',
    status_count: 'tenant status sessions',
    replica: 'owner started_at',
    request_count: 'key window_ms window_start requests',
  },
}

test('every column of the embedded store moves or is known to stay', async () => {
  const place = sqlitePlace()
  await fillSqlite(place)
  const database = openDatabase(join(place.DATA_DIR, 'stepstream.db'))
  const columns = database
    .prepare(
      `SELECT tables.name || '.' || columns.name AS name FROM sqlite_master AS tables
       JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'`,
    )
    .all<{ name: string }>()
  database.close()
  expect(columns.map(({ name }) => name).toSorted()).toEqual(known(moves, stays.sqlite))
})

test('every column of the Postgres store moves or is known to stay', async () => {
  const from = sqlitePlace()
  await fillSqlite(from)
  const place = await postgresPlace()
  await importInto(place, (await exportFrom(from)).text)
  const columns = await queryOf(
    place,
    `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
     WHERE table_schema = 'stepstream'`,
  )
  expect(columns.map(({ name }) => name).toSorted()).toEqual(known(moves, stays.postgres))
})

function known(...parts: Readonly<Record<string, string>>[]): string[] {
  return parts
    .flatMap((part) =>
      Object.entries(part).flatMap(([table, names]) =>
        names.split(' ').map((name) => `${table}.${name}`),
      ),
    )
    .toSorted()
}
