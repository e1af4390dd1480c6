import type { LoggedEvent } from '../../session/events.ts'
import type { Draft } from './fold.ts'
import type { GroupLog, PlannedStepLog, StepLog } from './session-log.ts'

/** What the plan says of its groups, as far as it is needed. */
export type PlannedGroups = Readonly<Record<string, { readonly waitForAll?: boolean | undefined }>>

/** The groups of which one step has to complete, by their names. */
export function looseGroups(
  plan: readonly PlannedStepLog[],
  groups: PlannedGroups,
): ReadonlyMap<string, GroupLog> {
  const loose = Object.entries(groups).filter(([, { waitForAll }]) => waitForAll === false)
  return new Map(
    loose.map(([name]) => {
      const steps = plan.filter(({ group }) => group === name).map(({ id }) => id)
      return [name, { steps, isPassed: false }]
    }),
  )
}

/** How a step has settled for what comes after it; undefined while it has not. */
export function passageOf({ status, skipped }: StepLog): 'passed' | 'dead' | 'failed' | undefined {
  if (status === 'completed' || status === 'undone') return 'passed'
  if (status === 'failed' || status === 'cancelled') return 'failed'
  if (skipped === undefined) return undefined
  if (skipped.reason === 'branch_not_taken') return 'dead'
  return skipped.reason === 'condition_false' || skipped.reason === 'resolved' ? 'passed' : 'failed'
}

/** Whether a step comes after a whole group of which one has to complete, and one has. */
export function isRelieved({ groups }: Draft, child: StepLog, parent: string): boolean {
  for (const { steps, isPassed } of groups.values()) {
    if (!isPassed || !steps.includes(parent)) continue
    return steps.every((id) => child.dependsOn.includes(id))
  }
  return false
}

/** Keeps what has completed of the groups in line with an event that has been applied. */
export function noteGroup(draft: Draft, event: LoggedEvent): void {
  if (draft.groups.size === 0) return
  switch (event.type) {
    case 'step.completed':
    case 'step.kept':
    case 'step.failed':
    case 'step.skipped':
    case 'step.cancelled':
      return noteSettled(draft, event.stepId ?? '')
    case 'step.rewound':
      for (const id of event.data.steps) setPassed(draft, id, () => false)
  }
}

/** Where steps were opened again, one that was not may have completed before: the last to settle tells. */
function noteSettled(draft: Draft, id: string): void {
  setPassed(draft, id, ({ steps, isPassed }) => {
    const own = draft.steps.get(id)
    if (isPassed || (own !== undefined && passageOf(own) === 'passed')) return true
    const passages = steps.map((each) => {
      const step = draft.steps.get(each)
      return step && passageOf(step)
    })
    return !passages.includes(undefined) && passages.includes('passed')
  })
}

function setPassed(draft: Draft, id: string, isPassed: (group: GroupLog) => boolean): void {
  for (const [name, group] of draft.groups) {
    if (!group.steps.includes(id)) continue
    draft.groups = new Map(draft.groups).set(name, { ...group, isPassed: isPassed(group) })
  }
}
