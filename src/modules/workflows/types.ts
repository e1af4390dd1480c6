import type { CompiledPlan, PlanDefaults, PlanWarning } from '../../plan/types.ts'
import type { SessionStatus } from '../../session/status.ts'
import type { ExpectedVersion } from '../../store/workflows.ts'

/** What a saved workflow may be called. */
export const workflowNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** The highest version there can be. */
export const MAX_VERSION = 2 ** 31 - 1

export interface SaveRequest {
  readonly tenant: string
  readonly name: string
  /** A workflow object or a list of steps, as it was posted. */
  readonly definition: unknown
  readonly expected?: ExpectedVersion
}

export interface RestoreRequest extends Omit<SaveRequest, 'definition'> {
  readonly version: number
}

/** What is current after saving. */
export interface Saved {
  readonly version: number
  /** Whether it is a new version: the same content makes none. */
  readonly isNew: boolean
  readonly warnings: readonly PlanWarning[]
}

/** How the sessions of a workflow ended, those that ended last. */
export interface WorkflowStats {
  readonly sessions: number
  readonly byStatus: Readonly<Partial<Record<SessionStatus, number>>>
  /** The share that is `completed`; null where none has ended. */
  readonly successRate: number | null
  /** From creation to end, of those that completed, with errors or without; null where none has. */
  readonly durationMs: { readonly p50: number; readonly p95: number } | null
  /** How many failed for which reason. */
  readonly failures: Readonly<Record<string, number>>
}

/** Workflows saved under a name, with versions. */
export interface Workflows {
  /** @throws StepstreamError with the faults of the definition, or PRECONDITION_FAILED */
  save(request: SaveRequest): Promise<Saved>
  /** Makes a version current again, as a new one. @throws WORKFLOW_NOT_FOUND, or as `save` does */
  restore(request: RestoreRequest): Promise<Saved>
  /** Removes a name with all its versions. @throws WORKFLOW_NOT_FOUND, PRECONDITION_FAILED */
  remove(request: Omit<SaveRequest, 'definition'>): Promise<void>
  /**
   * Compiles what was posted to be run: what a planner takes, or `{ workflow: <name>, version?, inputs? }`.
   * @throws StepstreamError with every fault, WORKFLOW_NOT_FOUND
   */
  compile(tenant: string, body: unknown, defaults?: PlanDefaults): Promise<CompiledPlan>
  /** Of the sessions that were started under a name, whatever became of it. */
  stats(tenant: string, name: string): Promise<WorkflowStats>
}
