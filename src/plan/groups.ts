import type { PlannedGroup } from '../session/plan.ts'
import type { Draft } from './drafts.ts'
import type { Faults, Path } from './faults.ts'
import { groupTimeout } from './timing.ts'
import type { Envelope } from './workflow.ts'

export type Groups = Readonly<Record<string, PlannedGroup>>

/** The groups a workflow says something about, each of which must have steps. */
export function readGroups(
  given: Envelope['groups'],
  drafts: readonly Draft[],
  sessionMs: number,
  groupsAt: Path,
  faults: Faults,
): Groups {
  const used = new Set(drafts.map(({ step }) => step?.group))
  // A step that could not be read may be the one.
  const areAllRead = drafts.every(({ step }) => step !== undefined)
  const groups = Object.entries(given ?? {}).map(([name, group]) => {
    const at = [...groupsAt, name]
    if (areAllRead && !used.has(name)) {
      faults.add(at, 'INVALID_VALUE', `no step is in the group "${name}"`)
    }
    const { maxParallel, waitForAll, onFailure } = group
    const timeoutMs = groupTimeout(group.timeout, sessionMs, at, faults)
    const planned: PlannedGroup = {
      ...(maxParallel === undefined ? {} : { maxParallel }),
      ...(waitForAll === undefined ? {} : { waitForAll }),
      ...(onFailure === undefined ? {} : { onFailure }),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    }
    return [name, planned]
  })
  return Object.fromEntries(groups)
}

/** The limits of the groups that have one, in ms, by their names. */
export function groupLimits(groups: Groups | undefined): ReadonlyMap<string, number> {
  return new Map(
    Object.entries(groups ?? {}).flatMap(([name, { timeoutMs }]) =>
      timeoutMs === undefined ? [] : [[name, timeoutMs] as const],
    ),
  )
}
