import type { ArtifactRecord } from '../types.ts'
import { done, type Outcome } from '../write.ts'
import { visible } from './shared-sql.ts'
import type { WriteConnection } from './write-connection.ts'

/** What is written beside the logs, each by one statement that commits by itself. */
export interface SideWrites {
  putArtifact(record: ArtifactRecord): Promise<Outcome>
  initSetting(name: string, value: string): Promise<Outcome>
  probe(): Promise<Outcome>
}

// The lock keeps the session from being purged meanwhile, and lets appends through.
const putArtifact = `
  WITH found AS (
    SELECT no, tenant FROM stepstream.session
    WHERE id = $1 AND tenant = $2 AND ${visible} FOR KEY SHARE
  )
  INSERT INTO stepstream.artifact
    (id, tenant, session, step_id, name, content_type, bytes, created_at)
  SELECT $3, tenant, no, $4, $5, $6, $7, $8 FROM found
  RETURNING id`

// A row that is there is written again, because that is how its newest value can be told.
const initSetting = `
  INSERT INTO stepstream.setting AS held (name, value) VALUES ($1, $2)
  ON CONFLICT (name) DO UPDATE SET value = held.value
  RETURNING value`

const probe = `
  WITH tried AS (
    INSERT INTO stepstream.setting (name, value) VALUES ('store.probe', '1')
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
    RETURNING name
  )
  SELECT count(*) FROM tried`

export function createSideWrites(connection: WriteConnection): SideWrites {
  return {
    async putArtifact(record) {
      const { id, tenant, sessionId, stepId, name, contentType, bytes, createdAt } = record
      const rows = await connection.query({
        name: 'put-artifact',
        text: putArtifact,
        values: [sessionId, tenant, id, stepId, name, contentType, bytes, createdAt],
      })
      if (rows.length === 1) return done
      return { kind: 'refused', code: 'SESSION_NOT_FOUND', message: 'there is no such session' }
    },
    async initSetting(name, value) {
      const [row] = await connection.query<{ value: string }>({
        name: 'init-setting',
        text: initSetting,
        values: [name, value],
      })
      return { kind: 'done', value: row?.value ?? value }
    },
    async probe() {
      await connection.query({ name: 'probe', text: probe, values: [] })
      return done
    },
  }
}
