import type { ArtifactRecord } from '../types.ts'
import { done, type Outcome } from '../write.ts'
import type { Database } from './database.ts'

/** What is written beside the logs, inside a transaction that someone else holds. */
export interface SideWrites {
  putArtifact(record: ArtifactRecord): Outcome
  initSetting(name: string, value: string): Outcome
  probe(): Outcome
}

export function createSideWrites(database: Database): SideWrites {
  const insertArtifact = database.prepare(`
    INSERT INTO artifact (id, tenant, session, step_id, name, content_type, bytes, created_at)
    SELECT ?, tenant, no, ?, ?, ?, ?, ? FROM session WHERE id = ? AND tenant = ? AND purge = 'live'
  `)
  const insertSetting = database.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING',
  )
  const readSetting = database.prepare('SELECT value FROM setting WHERE name = ?')
  // As large as a group of some size, because a full disk may still take a few bytes.
  const insertProbe = database.prepare('INSERT INTO probe (bytes) VALUES (zeroblob(131072))')
  const deleteProbe = database.prepare('DELETE FROM probe')

  return {
    putArtifact({ id, tenant, sessionId, stepId, name, contentType, bytes, createdAt }) {
      const { changes } = insertArtifact.run(
        id,
        stepId,
        name,
        contentType,
        bytes,
        createdAt,
        sessionId,
        tenant,
      )
      if (changes === 1) return done
      return { kind: 'refused', code: 'SESSION_NOT_FOUND', message: 'there is no such session' }
    },
    initSetting(name, value) {
      insertSetting.run(name, value)
      return { kind: 'done', value: readSetting.get<{ value: string }>(name)?.value ?? value }
    },
    probe() {
      insertProbe.run()
      deleteProbe.run()
      return done
    },
  }
}
