import type { Faults, Path } from './faults.ts'
import type { Groups } from './groups.ts'
import type { CheckedStep } from './steps.ts'

/** Where the parts of a workflow stood. */
interface Places {
  readonly steps: Path
  readonly groups: Path
}

/** Adds a fault for what finally steps, and their groups, cannot have; the graph sees to their order. */
export function checkFinally(
  steps: readonly CheckedStep[],
  groups: Groups,
  places: Places,
  faults: Faults,
): void {
  const last = steps.filter(({ isFinally }) => isFinally)
  if (last.length === 0) return
  if (last.length === steps.length) {
    faults.add(places.steps, 'NO_STEPS', 'there are finally steps only, and nothing they run after')
  }
  const normalGroups = new Set(steps.flatMap(({ isFinally, group }) => (isFinally ? [] : [group])))
  for (const { draft, at, group } of last) {
    if (draft.step?.onFailure !== undefined) {
      const message = 'the failure of a finally step changes nothing that follows'
      faults.add([...at, 'onFailure'], 'INVALID_VALUE', message)
    }
    if (draft.undo !== undefined) {
      const message =
        'a finally step runs after everything, a rollback included, so nothing undoes it'
      faults.add([...at, 'undo'], 'INVALID_VALUE', message)
    }
    if (group !== undefined && normalGroups.has(group)) {
      const message = `the group "${group}" has steps that are no finally steps`
      faults.add([...at, 'group'], 'INVALID_VALUE', message)
    }
  }
  for (const name of new Set(last.map(({ group }) => group))) {
    if (name === undefined || normalGroups.has(name)) continue
    if (!Object.hasOwn(groups, name) || groups[name]?.onFailure === undefined) continue
    const message = 'the failure of a finally step changes nothing that follows'
    faults.add([...places.groups, name, 'onFailure'], 'INVALID_VALUE', message)
  }
}
