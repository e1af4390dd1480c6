import type { Design } from '../design/design.ts'

export interface StepFault {
  readonly message: string
  readonly severity: 'error' | 'warning'
  /** What of the step it is about; empty: all of it. */
  readonly field: string
}

interface Pointed {
  readonly pointer: string
  readonly message: string
}

/** What the service says of each step, by index; under -1 what it says of the whole. */
export function faultsByStep(
  { stepsAt, source }: Design,
  faults: readonly Pointed[],
  severity: StepFault['severity'],
): ReadonlyMap<number, readonly StepFault[]> {
  const found = new Map<number, StepFault[]>()
  for (const { pointer, message } of faults) {
    const path = pointer.split('/').slice(1)
    // A list is checked as the steps of a workflow; the service may point there either way.
    const isList = source.format === 'sentences' || stepsAt.length === 0
    const at = isList && path[0] === 'steps' ? ['steps'] : stepsAt
    const isInSteps = at.every((key, depth) => path[depth] === key)
    const [index = '', ...field] = isInSteps ? path.slice(at.length) : []
    const step = /^\d+$/.test(index) ? Number(index) : -1
    const fault = { message, severity, field: step === -1 ? pointer : field.join('.') }
    const known = found.get(step)
    if (known === undefined) found.set(step, [fault])
    else known.push(fault)
  }
  return found
}
