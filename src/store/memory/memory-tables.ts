import type { Document } from '../documents.ts'
import { partLabels } from '../labels.ts'
import type { WorkflowHead } from '../saving.ts'
import type {
  ArtifactRecord,
  EncodedEvent,
  IdempotencyClaim,
  SessionListing,
  SessionSummary,
} from '../types.ts'
import type { WorkflowVersion } from '../workflows.ts'
import type { SessionRow } from '../write.ts'

/** A session and its log. */
export interface MemorySession {
  readonly row: SessionRow
  summary: SessionSummary
  readonly events: EncodedEvent[]
  /** Of each event, in the order of all commits. */
  readonly positions: number[]
  /** Hidden from all reads, waiting for a purge. */
  hidden: boolean
}

/** A name under which workflows are saved. */
export interface MemoryWorkflow {
  readonly tenant: string
  readonly name: string
  head: WorkflowHead
  /** Oldest first. */
  readonly versions: WorkflowVersion[]
}

/** Everything a memory store holds. */
export interface MemoryTables {
  /** By id, in the order of creation. */
  readonly sessions: Map<string, MemorySession>
  /** By tenant and key. */
  readonly keys: Map<string, IdempotencyClaim & { readonly sessionId: string }>
  readonly artifacts: Map<string, ArtifactRecord>
  readonly settings: Map<string, string>
  /** By tenant and name. */
  readonly workflows: Map<string, MemoryWorkflow>
  /** By tenant, kind and id. */
  readonly documents: Map<string, Document>
  /** The position of the last event that was written. */
  position: number
}

export function createMemoryTables(): MemoryTables {
  return {
    sessions: new Map(),
    keys: new Map(),
    artifacts: new Map(),
    settings: new Map(),
    workflows: new Map(),
    documents: new Map(),
    position: 0,
  }
}

/** A session unless it is hidden. */
export function visible({ sessions }: MemoryTables, id: string): MemorySession | undefined {
  const session = sessions.get(id)
  return session?.hidden ? undefined : session
}

export function visibleSessions({ sessions }: MemoryTables): MemorySession[] {
  return [...sessions.values()].filter((session) => !session.hidden)
}

export function toListing({ row, summary }: MemorySession): SessionListing {
  const { id, tenant, name, title, createdAt, totalSteps, priority, workflow, workflowVersion } =
    row
  const { status, wakeAt, endedAt } = summary
  const labels = partLabels(Object.fromEntries(row.labels.map(({ key, value }) => [key, value])))
  const marks = { title, priority, workflow, workflowVersion, ...labels }
  return { id, tenant, name, status, createdAt, wakeAt, endedAt, totalSteps, ...marks }
}
