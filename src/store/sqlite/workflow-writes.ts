import { nextHead, refusalOf, removalOf, type WorkflowHead } from '../saving.ts'
import type { SavedWorkflow, SaveWorkflow } from '../workflows.ts'
import type { Outcome, RemoveWorkflowWrite } from '../write.ts'
import type { Database } from './database.ts'

/** Saves and removes workflows, inside a transaction that someone else holds. */
export interface WorkflowWrites {
  save(workflow: SaveWorkflow): Outcome
  remove(write: RemoveWorkflowWrite): Outcome
}

export function createWorkflowWrites(database: Database): WorkflowWrites {
  const readHead = database.prepare(`
    SELECT version, first_version AS firstVersion, digest FROM workflow WHERE tenant = ? AND name = ?
  `)
  const putHead = database.prepare(`
    INSERT INTO workflow (tenant, name, version, first_version, digest) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant, name) DO UPDATE SET version = excluded.version,
      first_version = excluded.first_version, digest = excluded.digest
  `)
  const insertVersion = database.prepare(`
    INSERT INTO workflow_version (tenant, name, version, description, total_steps, restored_from,
      created_at, digest, definition)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  `)
  const closeHead = database.prepare(
    'UPDATE workflow SET digest = NULL WHERE tenant = ? AND name = ?',
  )
  const dropVersions = database.prepare(
    'DELETE FROM workflow_version WHERE tenant = ? AND name = ?',
  )

  return {
    save: (workflow) => ({ kind: 'done', value: save(workflow) }),
    remove({ tenant, name, expected }) {
      const removal = removalOf(readHead.get<WorkflowHead>(tenant, name), expected)
      if (removal.kind === 'removed') {
        closeHead.run(tenant, name)
        dropVersions.run(tenant, name)
      }
      return { kind: 'done', value: removal }
    },
  }

  function save(workflow: SaveWorkflow): SavedWorkflow {
    const { tenant, name, description, totalSteps, restoredFrom, createdAt } = workflow
    const { digest, definition, expected } = workflow
    const held = readHead.get<WorkflowHead>(tenant, name)
    const refusal = refusalOf(held, digest, expected)
    if (refusal !== undefined) return refusal
    const { version, firstVersion } = nextHead(held, digest)
    putHead.run(tenant, name, version, firstVersion, digest)
    insertVersion.run(
      tenant,
      name,
      version,
      description,
      totalSteps,
      restoredFrom,
      createdAt,
      digest,
      definition,
    )
    return { kind: 'saved', version }
  }
}
