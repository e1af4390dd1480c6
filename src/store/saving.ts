import type { ExpectedVersion, RemovedWorkflow, SavedWorkflow } from './workflows.ts'

/** What a store knows of a name under which workflows are saved; it stays when they are removed. */
export interface WorkflowHead {
  /** The highest that was given out. */
  readonly version: number
  /** The first that is kept. */
  readonly firstVersion: number
  /** Of the current content; null when the workflow was removed. */
  readonly digest: string | null
}

/** Why nothing is to be written; undefined when the content becomes the next version. */
export function refusalOf(
  head: Pick<WorkflowHead, 'version' | 'digest'> | undefined,
  digest: string,
  expected: ExpectedVersion | undefined,
): SavedWorkflow | undefined {
  const current = currentOf(head)
  if (!isExpected(current, expected)) return { kind: 'unexpected', version: current }
  if (current !== undefined && head?.digest === digest) {
    return { kind: 'unchanged', version: current }
  }
  return undefined
}

/** What becomes of a name that is to be removed. */
export function removalOf(
  head: Pick<WorkflowHead, 'version' | 'digest'> | undefined,
  expected: number | undefined,
): RemovedWorkflow {
  const version = currentOf(head)
  return { kind: isExpected(version, expected ?? 'any') ? 'removed' : 'unexpected', version }
}

/** The head after one more version. */
export function nextHead(head: WorkflowHead | undefined, digest: string): WorkflowHead {
  const version = (head?.version ?? 0) + 1
  const isNew = head === undefined || head.digest === null
  return { version, firstVersion: isNew ? version : head.firstVersion, digest }
}

function currentOf(head: Pick<WorkflowHead, 'version' | 'digest'> | undefined): number | undefined {
  return head === undefined || head.digest === null ? undefined : head.version
}

function isExpected(current: number | undefined, expected: ExpectedVersion | undefined): boolean {
  if (expected === undefined) return true
  if (expected === 'none') return current === undefined
  return expected === 'any' ? current !== undefined : current === expected
}
