import type { StoreReads } from '../grouped-store.ts'
import { nextHead, refusalOf, removalOf } from '../saving.ts'
import type {
  RemovedWorkflow,
  SavedWorkflow,
  SaveWorkflow,
  VersionListing,
  WorkflowVersion,
} from '../workflows.ts'
import type { RemoveWorkflowWrite } from '../write.ts'
import { type MemoryTables, type MemoryWorkflow, visibleSessions } from './memory-tables.ts'

type WorkflowReads = Pick<
  StoreReads,
  'workflow' | 'listWorkflows' | 'listWorkflowVersions' | 'workflowRuns'
>

export function saveWorkflow({ workflows }: MemoryTables, save: SaveWorkflow): SavedWorkflow {
  const { tenant, expected, ...content } = save
  const { name, digest } = content
  const key = keyOf(tenant, name)
  const known = workflows.get(key)
  const refusal = refusalOf(known?.head, digest, expected)
  if (refusal !== undefined) return refusal
  const head = nextHead(known?.head, digest)
  const workflow = known ?? { tenant, name, head, versions: [] }
  workflow.head = head
  workflow.versions.push({ ...content, version: head.version })
  workflows.set(key, workflow)
  return { kind: 'saved', version: head.version }
}

export function removeWorkflow(
  { workflows }: MemoryTables,
  { tenant, name, expected }: RemoveWorkflowWrite,
): RemovedWorkflow {
  const workflow = workflows.get(keyOf(tenant, name))
  const removal = removalOf(workflow?.head, expected)
  if (workflow !== undefined && removal.kind === 'removed') {
    workflow.head = { ...workflow.head, digest: null }
    workflow.versions.length = 0
  }
  return removal
}

export function createMemoryWorkflowReads(tables: MemoryTables): WorkflowReads {
  return {
    async workflow(tenant, name, version) {
      const known = tables.workflows.get(keyOf(tenant, name))
      return known?.versions.find((held) => held.version === (version ?? known.head.version))
    },
    async listWorkflows(tenant, after = '', limit) {
      return [...tables.workflows.values()]
        .filter((workflow) => workflow.tenant === tenant && workflow.name > after)
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap(toListing)
        .slice(0, limit)
    },
    async listWorkflowVersions(tenant, name, before = Number.POSITIVE_INFINITY, limit) {
      const versions = tables.workflows.get(keyOf(tenant, name))?.versions ?? []
      return versions
        .filter(({ version }) => version < before)
        .toReversed()
        .slice(0, limit)
        .map(withoutContent)
    },
    async workflowRuns(tenant, name, limit) {
      return visibleSessions(tables)
        .filter(({ row }) => row.tenant === tenant && row.workflow === name)
        .flatMap(({ row: { createdAt }, summary: { status, endedAt }, events }) =>
          endedAt === null ? [] : [{ status, createdAt, endedAt, last: events.at(-1)?.body }],
        )
        .toSorted((a, b) => b.endedAt - a.endedAt)
        .slice(0, limit)
        .map(({ status, createdAt, endedAt, last = '{}' }) => ({
          status,
          durationMs: endedAt - createdAt,
          code: status === 'failed' ? (JSON.parse(last).data?.error?.code ?? null) : null,
        }))
    },
  }
}

function toListing({ head, versions }: MemoryWorkflow) {
  const current = versions.at(-1)
  return current === undefined
    ? []
    : [{ ...withoutContent(current), versions: head.version - head.firstVersion + 1 }]
}

function withoutContent({ definition, digest, ...listing }: WorkflowVersion): VersionListing {
  return listing
}

function keyOf(tenant: string, name: string): string {
  return JSON.stringify([tenant, name])
}
