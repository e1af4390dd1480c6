import type { Plan } from '../../session/plan.ts'
import { isStopped, type SessionState, stepAt } from '../../session/state.ts'
import { finalSessionStatuses, finalStepStatuses } from '../../session/status.ts'
import type { Document, NewDocument } from '../../store/documents.ts'
import type { Correlation } from '../../store/types.ts'
import type { ExecutorContext } from '../executors/types.ts'

export const KIND = 'child'

/** How soon it is looked again at a child whose end, or whose parent's, may have been missed. */
const FIRST_LOOK_MS = 10_000
const MAX_LOOK_MS = 600_000

/** What is kept of a session that a step of another one runs, until it is over for both. */
export interface ChildRecord {
  readonly parent: string
  readonly stepId: string
  /** How often the step had waited before: the child is that of the next wait. */
  readonly waits: number
  readonly undo: boolean
  /** Its session, which may not be there yet. */
  readonly child: string
  /** What it is to be started with, while there is no room for it. */
  readonly unstarted?: { readonly plan: Plan; readonly correlation: Correlation }
  /** Its parent is paused, and so is it: certainly, or perhaps. */
  readonly held?: 'done' | 'begun'
}

/** What a child of a step is found by, whichever attempt of the step started it. */
export function keyOf({
  parent,
  stepId,
  waits,
  undo,
}: Pick<ChildRecord, 'parent' | 'stepId' | 'waits' | 'undo'>): string {
  return `${parent}:${stepId}${undo ? ':undo' : ''}:${waits}`
}

/** The key of the child that a step of a session waits for, or did. */
export function keyOfStep(state: SessionState, index: number): string {
  const { waits, undoing = false } = stepAt(state, index)
  const stepId = state.plan.steps[index]?.id ?? ''
  return keyOf({ parent: state.id, stepId, waits: (waits?.count ?? 1) - 1, undo: undoing })
}

/** What is kept of the child that an attempt is about to start. */
export function newRecord(
  { sessionId: parent, stepId, waits, idempotencyKey }: ExecutorContext,
  child: string,
): ChildRecord {
  return { parent, stepId, waits, undo: idempotencyKey.endsWith(':undo'), child }
}

/** What its parent makes of a child: `expected` before it waits for it, and perhaps never will. */
export function standingOf(
  record: ChildRecord,
  parent: SessionState | undefined,
): 'expected' | 'awaited' | 'unwanted' {
  const index = parent?.graph.indexOf.get(record.stepId)
  if (parent === undefined || index === undefined) return 'unwanted'
  if (finalSessionStatuses.has(parent.status)) return 'unwanted'
  const { awaits, waits, undoing = false, status } = stepAt(parent, index)
  if (awaits?.id === record.child) return 'awaited'
  if ((waits?.count ?? 0) !== record.waits || undoing !== record.undo) return 'unwanted'
  const isOver = isStopped(parent, index) || (!undoing && finalStepStatuses.has(status))
  return isOver ? 'unwanted' : 'expected'
}

export function recordOf({ body }: Document): ChildRecord {
  return JSON.parse(body) as ChildRecord
}

export function newDocument(tenant: string, record: ChildRecord, now: number): NewDocument {
  return {
    tenant,
    kind: KIND,
    id: keyOf(record),
    body: JSON.stringify(record),
    createdAt: now,
    dueAt: now + FIRST_LOOK_MS,
    // Not its parent’s: what that leaves behind is still to be seen to.
    sessionId: null,
    expiresAt: null,
  }
}

/** When a child of an age is looked at next, at the latest: less and less often. */
export function nextLook({ createdAt }: Document, now: number): number {
  return now + Math.min(Math.max(now - createdAt, FIRST_LOOK_MS), MAX_LOOK_MS)
}
