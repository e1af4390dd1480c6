import type { SessionStatus } from '../session/status.ts'

/** What a version of a saved workflow holds. */
export interface WorkflowContent {
  /** As it was posted, as JSON. */
  readonly definition: string
  /** The same for the same content, however it was written. */
  readonly digest: string
  readonly description: string | null
  readonly totalSteps: number
}

export interface WorkflowVersion extends WorkflowContent {
  readonly name: string
  readonly version: number
  /** The version whose content was made current again. */
  readonly restoredFrom: number | null
  /** ms since the epoch. */
  readonly createdAt: number
}

/** A row of a list: everything but the content. */
export type VersionListing = Omit<WorkflowVersion, 'definition' | 'digest'>

/** A saved workflow by its current version. */
export type WorkflowListing = VersionListing & {
  /** How many versions it has; they are all kept. */
  readonly versions: number
}

/**
 * What must be current for a workflow to be saved: a version, any at all, or none. Where it is not
 * given anything may be.
 */
export type ExpectedVersion = number | 'any' | 'none'

export interface SaveWorkflow extends WorkflowContent {
  readonly tenant: string
  readonly name: string
  readonly restoredFrom: number | null
  readonly createdAt: number
  readonly expected?: ExpectedVersion
}

/** What came of saving: the version that is current then; `unexpected`: nothing was written. */
export type SavedWorkflow =
  | { readonly kind: 'saved' | 'unchanged'; readonly version: number }
  | { readonly kind: 'unexpected'; readonly version: number | undefined }

/** What came of removing: the version that was current, or is and was not expected; undefined: none. */
export interface RemovedWorkflow {
  readonly kind: 'removed' | 'unexpected'
  readonly version: number | undefined
}

/** How a session ended that was started from a saved workflow. */
export interface WorkflowRun {
  readonly status: SessionStatus
  /** From its creation to its end. */
  readonly durationMs: number
  /** Why it failed; null where it did not. */
  readonly code: string | null
}

/** Workflows saved under names, with all their versions: part of the store's port. */
export interface WorkflowStore {
  /**
   * Saves a workflow as the next version of its name, unless the current one has the same content.
   * Of several that save at once each makes a version. Numbers go on after a removal.
   */
  saveWorkflow(workflow: SaveWorkflow): Promise<SavedWorkflow>
  /** Removes a name with all its versions, if the version expected is current. */
  removeWorkflow(tenant: string, name: string, expected?: number): Promise<RemovedWorkflow>
  /** A version of a saved workflow, by default the current one. */
  workflow(tenant: string, name: string, version?: number): Promise<WorkflowVersion | undefined>
  /** By name, those after the one given. */
  listWorkflows(
    tenant: string,
    after: string | undefined,
    limit: number,
  ): Promise<readonly WorkflowListing[]>
  /** Newest first, those before the one given. */
  listWorkflowVersions(
    tenant: string,
    name: string,
    before: number | undefined,
    limit: number,
  ): Promise<readonly VersionListing[]>
  /** Of the sessions started from a name, those that ended last. */
  workflowRuns(tenant: string, name: string, limit: number): Promise<readonly WorkflowRun[]>
}
