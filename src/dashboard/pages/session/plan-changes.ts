import type { PlannedStep } from '../../api/types.ts'

/** What somebody has written in place of what a step has. */
export interface StepEdit {
  /** JSON. */
  readonly input: string
  readonly when: string
  readonly timeout: string
}

/** What a step has, as it can be edited. */
export function editOf({ with: input, when = '', timeout }: PlannedStep): StepEdit {
  return { input: JSON.stringify(input, null, 2), when, timeout }
}

/** The inputs and steps that differ, as a retry or a fork takes them. @throws SyntaxError */
export function changesOf(
  inputs: { readonly before: unknown; readonly text: string },
  edits: ReadonlyMap<string, StepEdit>,
  steps: readonly PlannedStep[],
) {
  const given: unknown = JSON.parse(inputs.text)
  const changed = steps.flatMap((step) => {
    const edit = edits.get(step.id)
    const change = edit === undefined ? {} : changeOf(step, edit)
    return Object.keys(change).length === 0 ? [] : [[step.id, change] as const]
  })
  return {
    ...(isSame(given, inputs.before) ? {} : { inputs: given }),
    ...(changed.length === 0 ? {} : { steps: Object.fromEntries(changed) }),
  }
}

/** Only what differs: what stays as it was is not checked anew. */
function changeOf(step: PlannedStep, { input, when, timeout }: StepEdit) {
  const before = editOf(step)
  const given: unknown = JSON.parse(input)
  return {
    ...(isSame(given, step.with) ? {} : { with: given }),
    ...(when === before.when || when.trim() === '' ? {} : { when }),
    ...(timeout === before.timeout || timeout.trim() === '' ? {} : { timeout }),
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
