import { refusalOf, removalOf, type WorkflowHead } from '../saving.ts'
import type { ExpectedVersion, RemovedWorkflow, SavedWorkflow, SaveWorkflow } from '../workflows.ts'
import type { Outcome, RemoveWorkflowWrite } from '../write.ts'
import type { WriteConnection } from './write-connection.ts'

/** Saves and removes workflows, by statements that commit by themselves. */
export interface WorkflowWrites {
  save(workflow: SaveWorkflow): Promise<Outcome>
  remove(write: RemoveWorkflowWrite): Promise<Outcome>
}

/** How often others may save between a refusal and the look at its cause. */
const ATTEMPTS = 5

// The head's row is what those who save at once take turns at; it is there for good once it is made.
const saveOne = `
  WITH head AS (
    INSERT INTO stepstream.workflow AS held (tenant, name, version, first_version, digest)
    SELECT $1::text, $2::text, 1, 1, $3::text
    WHERE $4::text IN ('anything', 'none')
      OR EXISTS (SELECT FROM stepstream.workflow WHERE tenant = $1::text AND name = $2::text)
    ON CONFLICT (tenant, name) DO UPDATE SET
      version = held.version + 1,
      first_version = CASE WHEN held.digest IS NULL THEN held.version + 1 ELSE held.first_version END,
      digest = excluded.digest
    WHERE held.digest IS DISTINCT FROM excluded.digest AND CASE $4::text
      WHEN 'anything' THEN true
      WHEN 'none' THEN held.digest IS NULL
      WHEN 'any' THEN held.digest IS NOT NULL
      ELSE held.digest IS NOT NULL AND held.version = $5::integer
    END
    RETURNING version
  )
  INSERT INTO stepstream.workflow_version (tenant, name, version, description, total_steps,
    restored_from, created_at, digest, definition)
  SELECT $1::text, $2::text, version, $6::text, $7::integer, $8::integer, $9::bigint, $3::text,
    $10::text
  FROM head RETURNING version`

const readHead = `
  SELECT version, first_version AS "firstVersion", digest
  FROM stepstream.workflow WHERE tenant = $1 AND name = $2`

const closeHead = `
  UPDATE stepstream.workflow SET digest = NULL
  WHERE tenant = $1 AND name = $2 AND digest IS NOT NULL
    AND version = coalesce($3::integer, version)
  RETURNING version`

// A statement of its own, which sees what was saved while the head was waited for. Nobody sees rows
// that are left over when it fails; the next removal takes them along.
const dropVersions = `
  WITH dropped AS (
    DELETE FROM stepstream.workflow_version AS held
    USING stepstream.workflow AS head
    WHERE held.tenant = $1 AND held.name = $2 AND head.tenant = held.tenant
      AND head.name = held.name AND (head.digest IS NULL OR held.version < head.first_version)
    RETURNING held.version
  )
  SELECT count(*) FROM dropped`

export function createWorkflowWrites(connection: WriteConnection): WorkflowWrites {
  return {
    async save(workflow) {
      return { kind: 'done', value: await save(workflow) }
    },
    async remove(write) {
      return { kind: 'done', value: await remove(write) }
    },
  }

  async function save(workflow: SaveWorkflow): Promise<SavedWorkflow> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const [saved] = await connection.query<{ version: number }>({
        name: 'save-workflow',
        text: saveOne,
        values: valuesOf(workflow),
      })
      if (saved !== undefined) return { kind: 'saved', version: saved.version }
      const head = await headOf(workflow)
      const refusal = refusalOf(head, workflow.digest, workflow.expected)
      if (refusal !== undefined) return refusal
    }
    throw new Error(`the workflow ${workflow.name} changes faster than it can be saved`)
  }

  async function remove(write: RemoveWorkflowWrite): Promise<RemovedWorkflow> {
    const { tenant, name, expected } = write
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const [closed] = await connection.query<{ version: number }>({
        name: 'close-workflow',
        text: closeHead,
        values: [tenant, name, expected ?? null],
      })
      if (closed !== undefined) {
        const values = [tenant, name]
        await connection.query({ name: 'drop-versions', text: dropVersions, values })
        return { kind: 'removed', version: closed.version }
      }
      const removal = removalOf(await headOf(write), expected)
      if (removal.kind === 'unexpected') return removal
    }
    throw new Error(`the workflow ${name} changes faster than it can be removed`)
  }

  async function headOf({
    tenant,
    name,
  }: Pick<SaveWorkflow, 'tenant' | 'name'>): Promise<WorkflowHead | undefined> {
    const [head] = await connection.query<WorkflowHead>({
      name: 'read-workflow-head',
      text: readHead,
      values: [tenant, name],
    })
    return head
  }
}

function valuesOf(workflow: SaveWorkflow): unknown[] {
  const { tenant, name, digest, expected, description, totalSteps } = workflow
  const { restoredFrom, createdAt, definition } = workflow
  return [
    tenant,
    name,
    digest,
    ...expectation(expected),
    description,
    totalSteps,
    restoredFrom,
    createdAt,
    definition,
  ]
}

function expectation(expected: ExpectedVersion | undefined): [string, number | null] {
  if (typeof expected === 'number') return ['version', expected]
  return [expected ?? 'anything', null]
}
