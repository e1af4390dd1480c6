import { type Path, toPointer } from './faults.ts'
import { heaviestPath } from './order.ts'
import type { CheckedStep } from './steps.ts'
import { longestDelays } from './timing.ts'
import type { PlanWarning } from './types.ts'

interface Shape {
  readonly steps: readonly CheckedStep[]
  readonly parents: readonly (readonly number[])[]
  readonly order: readonly number[]
  readonly sessionMs: number
  readonly estimateMs: number
  readonly workflowAt: Path
}

/** What may go wrong with a plan that is otherwise right. Limits that nobody gave warn of nothing. */
export function warningsOf(shape: Shape): readonly PlanWarning[] {
  return [...warnOfEstimate(shape), ...warnOfTimeouts(shape), ...warnOfRetries(shape)]
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

function warnOfTimeouts({
  steps,
  parents,
  order,
  sessionMs,
  workflowAt,
}: Shape): readonly PlanWarning[] {
  const givenMs = (index: number) => steps[index]?.draft.step?.timeout ?? 0
  if (!steps.some((_, index) => givenMs(index) > 0)) return []
  const totalMs = heaviestPath(order, parents, givenMs)
  if (totalMs <= sessionMs) return []
  return [
    {
      pointer: toPointer(workflowAt),
      code: 'TIMEOUTS_ADD_UP',
      message: `step timeouts add up to ${totalMs} ms along the longest path, and the workflow’s timeout is ${sessionMs} ms`,
    },
  ]
}

function warnOfRetries({ steps, sessionMs }: Shape): readonly PlanWarning[] {
  return steps.flatMap(({ draft, ready }) => {
    if (ready === undefined || draft.step?.retry === undefined) return []
    const attemptsMs = (draft.step.timeout ?? 0) * ready.retry.maxAttempts
    const totalMs = attemptsMs + longestDelays(ready.retry)
    if (totalMs <= sessionMs) return []
    return [
      {
        pointer: toPointer([...draft.at, 'retry']),
        code: 'RETRIES_OUTLAST_TIMEOUT',
        message: `all tries of step "${draft.id}" may take ${totalMs} ms, and the workflow’s timeout is ${sessionMs} ms`,
      },
    ]
  })
}
