import type { StoreReads } from '../grouped-store.ts'
import type { ArtifactRecord } from '../types.ts'
import type { Database } from './database.ts'

type SideReads = Pick<StoreReads, 'artifact' | 'listArtifacts' | 'getSetting'>

const artifacts = `
  SELECT artifact.id, artifact.tenant, session.id AS sessionId, step_id AS stepId, artifact.name,
    content_type AS contentType, bytes, artifact.created_at AS createdAt
  FROM artifact JOIN session ON session.no = artifact.session AND session.purge = 'live'`

export function createSideReads(database: Database): SideReads {
  const one = database.prepare(`${artifacts} WHERE artifact.id = ? AND artifact.tenant = ?`)
  const ofSession = database.prepare(`${artifacts} WHERE session.id = ? ORDER BY artifact.rowid`)
  const setting = database.prepare('SELECT value FROM setting WHERE name = ?')

  return {
    async artifact(tenant, id) {
      const row = one.get<ArtifactRecord>(id, tenant)
      return row && { ...row }
    },
    async listArtifacts(sessionId) {
      return ofSession.all<ArtifactRecord>(sessionId).map((row) => ({ ...row }))
    },
    async getSetting(name) {
      return setting.get<{ value: string }>(name)?.value
    },
  }
}
