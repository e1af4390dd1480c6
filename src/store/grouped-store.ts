import { titleOf } from '../session/title.ts'
import type { DocumentWritten } from './documents.ts'
import { labelsOf, labelsSought } from './labels.ts'
import { createReadLog, type MergedReads } from './read-log.ts'
import type { Append, ArtifactRecord, Created, EncodedEvent, NewSession, Store } from './types.ts'
import type { RemovedWorkflow, SavedWorkflow } from './workflows.ts'
import type { Committer, Purged } from './write.ts'
import { createWriteQueue, type WriteQueueOptions } from './write-queue.ts'

/** The reading half of a store; answers from what is committed. */
export type StoreReads = Pick<
  Store,
  | 'session'
  | 'listSessions'
  | 'countByStatus'
  | 'countStarted'
  | 'readEvents'
  | 'extent'
  | 'runnable'
  | 'due'
  | 'nextWakeAt'
  | 'artifact'
  | 'listArtifacts'
  | 'getSetting'
  | 'workflow'
  | 'listWorkflows'
  | 'listWorkflowVersions'
  | 'workflowRuns'
  | 'document'
  | 'listDocuments'
  | 'oldestDocuments'
  | 'countDocuments'
  | 'dueDocuments'
  | 'logBounds'
> &
  MergedReads

export interface GroupedStoreOptions extends WriteQueueOptions {
  /** Runs after the last commit. */
  readonly close: () => void | Promise<void>
  /** How it is learned that other processes have written. @default there are none */
  readonly onChange?: Store['onChange']
}

/** A store out of something that commits groups of writes and something that reads. */
export function createGroupedStore(
  committer: Committer,
  reads: StoreReads,
  { close, onChange = () => {}, ...options }: GroupedStoreOptions,
): Store {
  const queue = createWriteQueue(committer, options)
  const { readLogOf, scanLog, ...offered } = reads
  let closing: Promise<void> | undefined

  return {
    ...offered,
    readLog: createReadLog(reads),
    listSessions: (filter) => reads.listSessions({ ...filter, labels: labelsSought(filter) }),
    async createSession({ session, events, idempotency }: NewSession) {
      checkDense(events, 1)
      const { plan, correlation, ...summary } = session
      const row = {
        ...summary,
        title: titleOf(plan),
        totalSteps: plan.steps.length,
        priority: plan.priority ?? 0,
        workflow: plan.workflow?.name ?? null,
        workflowVersion: plan.workflow?.version ?? null,
        labels: labelsOf(plan, correlation),
        plan: JSON.stringify(plan),
        correlation: JSON.stringify(correlation),
      }
      return queue.submit<Created>({ kind: 'create', session: row, events, idempotency })
    },
    async append({ sessionId, tenant, expectedSeq, events, summary, claim }: Append) {
      checkDense(events, expectedSeq + 1)
      return queue.submit({
        kind: 'append',
        sessionId,
        tenant,
        expectedSeq,
        events,
        summary,
        claim,
      })
    },
    onCommit: queue.onCommit,
    onChange,
    putArtifact: (record: ArtifactRecord) => queue.submit({ kind: 'artifact', record }),
    initSetting: (name, value) => queue.submit<string>({ kind: 'setting', name, value }),
    saveWorkflow: (workflow) => queue.submit<SavedWorkflow>({ kind: 'saveWorkflow', workflow }),
    removeWorkflow: (tenant, name, expected) =>
      queue.submit<RemovedWorkflow>({ kind: 'removeWorkflow', tenant, name, expected }),
    putDocument: (document, expected) =>
      queue.submit<DocumentWritten>({ kind: 'putDocument', document, expected }),
    removeDocument: (tenant, kind, id, expected) =>
      queue.submit<DocumentWritten>({
        kind: 'removeDocument',
        key: { tenant, kind, id },
        expected,
      }),
    markForPurge: (sessionId) => queue.submit({ kind: 'hide', sessionId }),
    purge: (options) => queue.submit<Purged>({ kind: 'purge', ...options }),
    async health() {
      if (queue.fault() === undefined) return { writable: true }
      // Whoever asks this before writing would never write again, so the question itself tries.
      return queue.submit({ kind: 'probe' }).then(
        () => ({ writable: true }),
        (error: Error) => ({ writable: false, detail: describe(error) }),
      )
    },
    close() {
      closing ??= queue.close().then(close)
      return closing
    },
  }
}

function checkDense(events: readonly EncodedEvent[], first: number): void {
  for (const [index, event] of events.entries()) {
    if (event.seq !== first + index) {
      throw new RangeError(`event ${event.seq} stands where ${first + index} is expected`)
    }
  }
}

function describe(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message
}
