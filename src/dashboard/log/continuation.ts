import { passageOf } from './groups.ts'
import type { SessionLog, StepLog } from './session-log.ts'

interface Planned {
  readonly id: string
  readonly dependsOn: readonly string[]
  readonly finally?: true | undefined
}

/**
 * The steps that run again in a session that goes on from this one, by the same rule as the service
 * has: those that came to no good end, the one it begins at, and all that depends on either.
 * @param fromStep absent: of a retry
 */
export function stepsToRepeat<Step extends Planned>(
  { steps }: Pick<SessionLog, 'steps'>,
  plan: readonly Step[],
  fromStep?: string,
): readonly Step[] {
  const again = new Set<string>(fromStep === undefined ? [] : [fromStep])
  for (const { id } of plan) {
    const step = steps.get(id)
    if (step === undefined || !endedWell(step)) again.add(id)
  }
  for (const id of again) {
    for (const child of plan) if (child.dependsOn.includes(id)) again.add(child.id)
  }
  return plan.filter((step) => {
    const isKept = steps.get(step.id)?.status === 'completed' && !again.has(step.id)
    return !isKept || step.finally === true
  })
}

function endedWell(step: StepLog): boolean {
  return step.status === 'completed' || (step.status === 'skipped' && passageOf(step) !== 'failed')
}
