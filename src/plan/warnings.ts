import { toPointer } from '../json-pointer.ts'
import type { OnFailure } from '../session/plan.ts'
import type { Path } from './faults.ts'
import type { Groups } from './groups.ts'
import type { CheckedStep } from './steps.ts'
import { longestDelays } from './timing.ts'
import type { PlanWarning } from './types.ts'

interface Shape {
  readonly steps: readonly CheckedStep[]
  readonly groups: Groups
  readonly onFailure: OnFailure
  /** Along the longest path, and what the finally steps add. */
  sumUp(weightOf: (step: CheckedStep) => number): number
  readonly sessionMs: number
  readonly estimateMs: number
  readonly workflowAt: Path
}

/** What may go wrong with a plan that is otherwise right. Limits that nobody gave warn of nothing. */
export function warningsOf(shape: Shape): readonly PlanWarning[] {
  return [
    ...warnOfEstimate(shape),
    ...warnOfTimeouts(shape),
    ...warnOfRetries(shape),
    ...warnOfRollback(shape),
    ...warnOfUndo(shape),
  ]
}

function warnOfEstimate({ estimateMs, sessionMs, workflowAt }: Shape): readonly PlanWarning[] {
  if (estimateMs <= sessionMs) return []
  return [
    {
      pointer: toPointer(workflowAt),
      code: 'LONGER_THAN_TIMEOUT',
      message: `the workflow will take about ${estimateMs} ms, and its timeout is ${sessionMs} ms`,
    },
  ]
}

function warnOfTimeouts({ steps, sumUp, sessionMs, workflowAt }: Shape): readonly PlanWarning[] {
  if (!steps.some((step) => givenMs(step) > 0)) return []
  const totalMs = sumUp(givenMs)
  if (totalMs <= sessionMs) return []
  return [
    {
      pointer: toPointer(workflowAt),
      code: 'TIMEOUTS_ADD_UP',
      message: `step timeouts add up to ${totalMs} ms along the longest path, and the workflow’s timeout is ${sessionMs} ms`,
    },
  ]
}

/** A limit that somebody gave; that of people is not the session's time. */
function givenMs({ draft, ready }: Pick<CheckedStep, 'draft' | 'ready'>): number {
  return ready?.executor.waitsForPeople === true ? 0 : (draft.step?.timeout ?? 0)
}

function warnOfRetries({ steps, sessionMs }: Shape): readonly PlanWarning[] {
  return steps.flatMap(({ draft, ready }) => {
    if (ready === undefined || draft.step?.retry === undefined) return []
    const attemptsMs = givenMs({ draft, ready }) * ready.retry.maxAttempts
    const totalMs = attemptsMs + longestDelays(ready.retry)
    if (totalMs <= sessionMs) return []
    return [
      {
        pointer: toPointer(draft.fieldAt('retry')),
        code: 'RETRIES_OUTLAST_TIMEOUT',
        message: `all tries of step "${draft.id}" may take ${totalMs} ms, and the workflow’s timeout is ${sessionMs} ms`,
      },
    ]
  })
}

function warnOfRollback(shape: Shape): readonly PlanWarning[] {
  if (shape.steps.some(({ undo }) => undo !== undefined)) return []
  return rollbacksIn(shape).map((at) => ({
    pointer: toPointer(at),
    code: 'NOTHING_TO_UNDO',
    message: 'no step has an undo, so a rollback takes nothing back',
  }))
}

/** Where a failure is said to mean a rollback. */
function rollbacksIn({ steps, groups, onFailure, workflowAt }: Shape): readonly Path[] {
  return [
    ...(onFailure === 'rollback' ? [[...workflowAt, 'onFailure']] : []),
    ...Object.entries(groups)
      .filter(([, group]) => group.onFailure === 'rollback')
      .map(([name]) => [...workflowAt, 'groups', name, 'onFailure']),
    ...steps
      .filter(({ draft }) => draft.step?.onFailure === 'rollback')
      .map(({ draft }) => draft.fieldAt('onFailure')),
  ]
}

/** The kinds of step that leave nothing behind which could be undone. */
const idleKinds: ReadonlySet<string> = new Set(['wait', 'condition', 'approval', 'signal'])

function warnOfUndo({ steps }: Shape): readonly PlanWarning[] {
  return steps
    .filter(({ draft, undo }) => undo !== undefined && idleKinds.has(draft.step?.uses ?? ''))
    .map(({ id, at, draft }) => ({
      pointer: toPointer([...at, 'undo']),
      code: 'UNDOES_NOTHING',
      message: `step "${id}" changes nothing that its undo could take back: it is a ${draft.step?.uses}`,
    }))
}
