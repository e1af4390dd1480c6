import { ancestry } from './order.ts'
import type { Known } from './references.ts'

/** What a plan has that expressions can name. */
export interface Names {
  readonly steps: readonly {
    readonly id: string
    readonly isFinally: boolean
    readonly pushesBack?: boolean
  }[]
  readonly parents: readonly (readonly number[])[]
  readonly inputs: object
  readonly vars: object
  hasSecret(name: string): boolean
}

/** What the expressions of each step, by its index, may refer to. */
export function knownIn({
  steps,
  parents,
  inputs,
  vars,
  hasSecret,
}: Names): (step: number) => Known {
  const indexOf = new Map(steps.map(({ id }, index) => [id, index] as const))
  const isAncestor = ancestry(parents)
  const indexIn = (id: string) => indexOf.get(id) ?? -1
  const isFinally = (index: number) => steps[index]?.isFinally === true
  return (step) => ({
    stepId: steps[step]?.id ?? '',
    hasStep: (id) => indexOf.has(id),
    // All normal steps have settled before any finally step starts.
    hasSettled: (id) =>
      (isFinally(step) && !isFinally(indexIn(id))) || isAncestor(indexIn(id), step),
    mayPushBack: (id) => steps[indexIn(id)]?.pushesBack === true && isAncestor(step, indexIn(id)),
    isFinally: (id) => isFinally(indexIn(id)),
    hasInput: (name) => Object.hasOwn(inputs, name),
    hasVariable: (name) => Object.hasOwn(vars, name),
    hasSecret,
  })
}
