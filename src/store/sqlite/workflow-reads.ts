import type { StoreReads } from '../grouped-store.ts'
import type { VersionListing, WorkflowListing, WorkflowRun, WorkflowVersion } from '../workflows.ts'
import type { Database } from './database.ts'

type WorkflowReads = Pick<
  StoreReads,
  'workflow' | 'listWorkflows' | 'listWorkflowVersions' | 'workflowRuns'
>

const listing = `name, version, description, total_steps AS totalSteps,
  restored_from AS restoredFrom, created_at AS createdAt`

export function createWorkflowReads(database: Database): WorkflowReads {
  const current = database.prepare(`
    SELECT ${listing}, workflow_version.digest, definition
    FROM workflow JOIN workflow_version USING (tenant, name, version)
    WHERE tenant = ? AND name = ?
  `)
  const one = database.prepare(`
    SELECT ${listing}, digest, definition FROM workflow_version
    WHERE tenant = ? AND name = ? AND version = ?
  `)
  const page = database.prepare(`
    SELECT ${listing}, version - first_version + 1 AS versions
    FROM workflow JOIN workflow_version USING (tenant, name, version)
    WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?
  `)
  const versions = database.prepare(`
    SELECT ${listing} FROM workflow_version
    WHERE tenant = ? AND name = ? AND version < ? ORDER BY version DESC LIMIT ?
  `)
  // The last event of a session that failed says why.
  const runs = database.prepare(`
    SELECT status, ended_at - created_at AS durationMs,
      CASE WHEN status = 'failed' THEN (
        SELECT body ->> '$.data.error.code' FROM event
        WHERE event.session = session.no ORDER BY seq DESC LIMIT 1
      ) END AS code
    FROM session INDEXED BY session_ended_by_workflow
    WHERE purge = 'live' AND tenant = ? AND workflow = ? AND ended_at IS NOT NULL
    ORDER BY ended_at DESC LIMIT ?
  `)

  return {
    async workflow(tenant, name, version) {
      const row =
        version === undefined
          ? current.get<WorkflowVersion>(tenant, name)
          : one.get<WorkflowVersion>(tenant, name, version)
      return row && { ...row }
    },
    async listWorkflows(tenant, after = '', limit) {
      return page.all<WorkflowListing>(tenant, after, limit).map((row) => ({ ...row }))
    },
    async listWorkflowVersions(tenant, name, before = Number.MAX_SAFE_INTEGER, limit) {
      return versions.all<VersionListing>(tenant, name, before, limit).map((row) => ({ ...row }))
    },
    async workflowRuns(tenant, name, limit) {
      return runs.all<WorkflowRun>(tenant, name, limit).map((row) => ({ ...row }))
    },
  }
}
