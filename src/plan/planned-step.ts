import type { PlannedStep, PlannedUndo } from '../session/plan.ts'
import { toPlannedLoops } from './loops.ts'
import type { CheckedStep } from './steps.ts'

/** A checked step without faults as the plan carries it. */
export function toPlannedStep(checked: CheckedStep, dependsOn: readonly string[]): PlannedStep {
  const { draft, branches, undo } = checked
  const { step, ready, text } = faultless(checked)
  const { name, when, group, onFailure, set } = step
  return {
    id: draft.id,
    ...(name === undefined ? {} : { name }),
    uses: step.uses,
    with: ready.input,
    ...(text === undefined ? {} : { text }),
    dependsOn,
    ...(when === undefined ? {} : { when }),
    ...(group === undefined ? {} : { group }),
    retry: ready.retry,
    timeoutMs: ready.timeoutMs,
    ...(ready.unlimited ? { unlimited: true } : {}),
    ...(step.idleTimeout === undefined ? {} : { idleMs: step.idleTimeout }),
    onInterrupted: ready.onInterrupted,
    ...(onFailure === undefined ? {} : { onFailure }),
    ...(undo === undefined ? {} : { undo: toPlannedUndo(undo) }),
    ...(step.breakBefore === true ? { breakBefore: true } : {}),
    ...(step.finally === true ? { finally: true } : {}),
    ...(isTolerant(checked) ? { tolerant: true } : {}),
    ...(set === undefined ? {} : { set }),
    ...toPlannedLoops(step),
    ...(branches === undefined ? {} : { branches }),
  }
}

/** Whether its `when` asks how steps ended. */
export function isTolerant({ expressions }: CheckedStep): boolean {
  return expressions.some(
    ({ expression, may }) => may.askEndings && expression.asksEndings.size > 0,
  )
}

function toPlannedUndo(checked: CheckedStep): PlannedUndo {
  const { step, ready, text } = faultless(checked)
  return {
    uses: step.uses,
    with: ready.input,
    ...(text === undefined ? {} : { text }),
    retry: ready.retry,
    timeoutMs: ready.timeoutMs,
    onInterrupted: ready.onInterrupted,
  }
}

function faultless({ draft, ready }: CheckedStep) {
  const { step, text } = draft
  if (ready === undefined || step === undefined) {
    throw new Error(`step ${draft.id} has faults that were not reported`)
  }
  return { step, ready, text }
}
