import { toPointer } from '../json-pointer.ts'
import type { CheckedStep } from './steps.ts'
import type { PlannedCall } from './types.ts'

/** The saved workflows that steps, and their undos, are known to run. */
export function callsOf(steps: readonly CheckedStep[]): readonly PlannedCall[] {
  return steps
    .flatMap((step) => (step.undo === undefined ? [step] : [step, step.undo]))
    .flatMap(({ ready, draft }) => {
      const call = ready?.executor.calls?.(ready.input)
      if (call === undefined) return []
      const { path, ...named } = call
      return [{ ...named, pointer: toPointer(draft.withAt(path)) }]
    })
}
