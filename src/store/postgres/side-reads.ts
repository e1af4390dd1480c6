import type { StoreReads } from '../grouped-store.ts'
import type { ArtifactRecord } from '../types.ts'
import type { Queries } from './queries.ts'
import { visible } from './shared-sql.ts'

type SideReads = Pick<StoreReads, 'artifact' | 'listArtifacts' | 'getSetting'>

const artifacts = `
  SELECT artifact.id, artifact.tenant, session.id AS "sessionId", step_id AS "stepId",
    artifact.name, content_type AS "contentType", bytes, artifact.created_at AS "createdAt"
  FROM stepstream.artifact
  JOIN stepstream.session ON session.no = artifact.session AND ${visible}`
const one = `${artifacts} WHERE artifact.id = $1 AND artifact.tenant = $2`
const ofSession = `${artifacts} WHERE session.id = $1 ORDER BY artifact.created_at, artifact.id`
const setting = 'SELECT value FROM stepstream.setting WHERE name = $1'

export function createSideReads(queries: Queries): SideReads {
  return {
    async artifact(tenant, id) {
      const [row] = await queries.rows<ArtifactRecord>(one, [id, tenant], 'artifact')
      return row
    },
    listArtifacts: (sessionId) => queries.rows(ofSession, [sessionId], 'artifacts'),
    async getSetting(name) {
      const [row] = await queries.rows<{ value: string }>(setting, [name], 'setting')
      return row?.value
    },
  }
}
