import type { StoreReads } from '../grouped-store.ts'
import type { VersionListing, WorkflowListing, WorkflowRun, WorkflowVersion } from '../workflows.ts'
import type { Queries } from './queries.ts'

type WorkflowReads = Pick<
  StoreReads,
  'workflow' | 'listWorkflows' | 'listWorkflowVersions' | 'workflowRuns'
>

const listing = `name, version, description, total_steps AS "totalSteps",
  restored_from AS "restoredFrom", created_at AS "createdAt"`

const currentOnes = `
  FROM stepstream.workflow AS head JOIN stepstream.workflow_version AS held
    USING (tenant, name, version)
  WHERE head.digest IS NOT NULL`

const current = `
  SELECT ${listing}, held.digest, definition ${currentOnes} AND tenant = $1 AND name = $2`

const page = `
  SELECT ${listing}, version - first_version + 1 AS versions ${currentOnes}
    AND tenant = $1 AND name > $2 ORDER BY name LIMIT $3`

// What was removed may still have rows; the head says so.
const keptOnes = `
  SELECT held.* FROM stepstream.workflow_version AS held
    JOIN stepstream.workflow AS head USING (tenant, name)
  WHERE held.tenant = $1 AND held.name = $2
    AND head.digest IS NOT NULL AND held.version >= head.first_version`

const one = `
  SELECT ${listing}, digest, definition FROM (${keptOnes}) AS held WHERE version = $3`

const versions = `
  SELECT ${listing} FROM (${keptOnes}) AS held
  WHERE version < $3 ORDER BY version DESC LIMIT $4`

// The last event of a session that failed says why.
const runs = `
  SELECT status, ended_at - created_at AS "durationMs",
    CASE WHEN status = 'failed' THEN (
      SELECT body::json #>> '{data,error,code}' FROM stepstream.event
      WHERE event.session = session.no AND event.seq = session.last_seq
    ) END AS code
  FROM stepstream.session
  WHERE purge = 'live' AND tenant = $1 AND workflow = $2 AND ended_at IS NOT NULL
  ORDER BY ended_at DESC LIMIT $3`

/** No version reaches it. */
const LAST_VERSION = 2 ** 31 - 1

export function createWorkflowReads(queries: Queries): WorkflowReads {
  return {
    async workflow(tenant, name, version) {
      const [row] =
        version === undefined
          ? await queries.rows<WorkflowVersion>(current, [tenant, name], 'workflow')
          : await queries.rows<WorkflowVersion>(one, [tenant, name, version], 'workflow-version')
      return row
    },
    listWorkflows: (tenant, after = '', limit) =>
      queries.rows<WorkflowListing>(page, [tenant, after, limit]),
    listWorkflowVersions: (tenant, name, before = LAST_VERSION, limit) =>
      queries.rows<VersionListing>(versions, [tenant, name, before, limit]),
    workflowRuns: (tenant, name, limit) => queries.rows<WorkflowRun>(runs, [tenant, name, limit]),
  }
}
