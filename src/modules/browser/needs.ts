import type { PlannedStep } from '../../session/plan.ts'
import { type SessionState, stepAt } from '../../session/state.ts'
import { finalStepStatuses } from '../../session/status.ts'
import type { ExecutorRegistry } from '../executors/types.ts'

/** Which steps of a plan need a browser, and whether one does to take its effect back. */
interface Needs {
  readonly steps: readonly number[]
  readonly undo: boolean
}

/** What sessions need browsers for. */
export function createNeeds(executors: Pick<ExecutorRegistry, 'get'>) {
  // A plan's steps stay the same list, so each is looked through once.
  const known = new WeakMap<readonly PlannedStep[], Needs>()
  const needs = (name: string): boolean => executors.get(name)?.usesBrowser === true

  function needsOf({ plan: { steps } }: SessionState): Needs {
    const found = known.get(steps) ?? {
      steps: steps.flatMap(({ uses }, index) => (needs(uses) ? [index] : [])),
      undo: steps.some(({ undo }) => undo !== undefined && needs(undo.uses)),
    }
    known.set(steps, found)
    return found
  }

  return {
    /** Whether it may have had one. */
    had(state: SessionState): boolean {
      const { steps, undo } = needsOf(state)
      return undo || steps.length > 0
    },
    /** Whether it had one, and nothing is ahead that needs it. */
    isDone(state: SessionState): boolean {
      const { steps, undo } = needsOf(state)
      if (undo || steps.length === 0) return false
      return steps.every((index) => finalStepStatuses.has(stepAt(state, index).status))
    },
  }
}
