import type { Draft } from './draft.ts'
import type { PlannedGroup } from './plan.ts'
import { plannedAt, type SessionState, stepAt } from './state.ts'

/** What is kept of a group that the plan says something about. */
export interface GroupState {
  /** How many of its steps have not settled. */
  readonly open: number
  /** When its first step began, in ms since the epoch. */
  readonly startedAt?: number
  /** One of its steps has completed. */
  readonly passed: boolean
}

/** Whether the group of a step lets another one of its steps run; every step without a group has room. */
export function hasRoomInGroup(state: SessionState, index: number): boolean {
  if (state.groups.size === 0) return true
  const { maxParallel } = rulesOf(state, index) ?? {}
  if (maxParallel === undefined) return true
  const { group } = plannedAt(state, index)
  const { people } = state
  const underWay = [...state.running, ...state.awaiting.filter((other) => !people.includes(other))]
  return underWay.filter((other) => plannedAt(state, other).group === group).length < maxParallel
}

/** The group whose time a step has; an item that of its step. */
export function timedGroupOf(state: SessionState, index: number): string | undefined {
  return plannedAt(state, stepAt(state, index).itemOf?.step ?? index).group
}

/** When the time of a step's group is over; undefined: never, it has not begun, or the step is being undone, which takes the time it takes. */
export function groupDeadlineOf(state: SessionState, index: number): number | undefined {
  if (state.groups.size === 0 || stepAt(state, index).undoing) return undefined
  const name = timedGroupOf(state, index) ?? ''
  const timeoutMs = state.plan.groups?.[name]?.timeoutMs
  const startedAt = state.groups.get(name)?.startedAt
  return timeoutMs === undefined || startedAt === undefined ? undefined : startedAt + timeoutMs
}

/** When the first group's time is over that has steps which neither run nor wait for a person. */
export function earliestGroupDeadline(state: SessionState): number | undefined {
  if (state.groups.size === 0) return undefined
  let earliest: number | undefined
  for (const [name, { open, startedAt }] of state.groups) {
    const timeoutMs = state.plan.groups?.[name]?.timeoutMs
    if (timeoutMs === undefined || startedAt === undefined) continue
    // Attempts have the limit as well, and a person is given the time it takes.
    const isMember = (index: number) => plannedAt(state, index).group === name
    const left = open - [...state.running, ...state.escalated].filter(isMember).length
    if (left > 0) earliest = Math.min(earliest ?? Number.POSITIVE_INFINITY, startedAt + timeoutMs)
  }
  return earliest
}

/** Those steps of the groups whose time is over. */
export function overdueInGroups(state: SessionState, now: number): number[] {
  const deadline = earliestGroupDeadline(state)
  if (deadline === undefined || deadline > now) return []
  return state.steps.flatMap(({ status, passage, escalated }, index) => {
    if (passage !== undefined || status === 'running' || escalated !== undefined) return []
    return (groupDeadlineOf(state, index) ?? Number.POSITIVE_INFINITY) <= now ? [index] : []
  })
}

/** Whether a step comes after a whole group of which one has to complete, and one has. */
export function isRelieved(draft: Draft, child: number, parent: number): boolean {
  const { group } = plannedAt(draft, parent)
  if (group === undefined || !draft.groups.get(group)?.passed) return false
  return draft.graph.relievedBy.get(group)?.has(child) === true
}

/** One of a group's steps has begun, or an item of one. */
export function noteStart(draft: Draft, index: number, now: number): void {
  change(draft, timedGroupOf(draft, index), (group) =>
    group.startedAt === undefined ? { ...group, startedAt: now } : group,
  )
}

/** A person has one of its steps tried again: where its time is over, that begins anew with the next start. */
export function noteTriedAgain(draft: Draft, index: number, now: number): void {
  const deadline = groupDeadlineOf(draft, index)
  if (deadline === undefined || deadline > now) return
  change(draft, timedGroupOf(draft, index), ({ startedAt: _, ...group }) => group)
}

/** One of a group's steps has settled; true when with it one has completed, for the first time. */
export function noteSettled(draft: Draft, index: number): boolean {
  const isPassed = stepAt(draft, index).passage === 'passed'
  let isFirst = false
  change(draft, plannedAt(draft, index).group, (group) => {
    const { open, passed } = group
    // Where steps were opened again, one that was not may have completed before.
    const isLast = !passed && !isPassed && open === 1
    const isEnough = isPassed || (isLast && hasPassed(draft, index))
    isFirst = isEnough && !passed
    return { ...group, open: open - 1, passed: passed || isEnough }
  })
  return isFirst
}

/** Some of its steps are open again: its time begins anew, and what comes after it waits for one of them. */
export function noteRewound(draft: Draft, index: number): void {
  const { group: name = '' } = plannedAt(draft, index)
  change(draft, name, () => {
    const open = passagesIn(draft, name).filter((passage) => passage === undefined).length
    return { open, passed: false }
  })
}

function passagesIn(draft: Draft, name: string) {
  return draft.plan.steps.flatMap(({ group }, index) =>
    group === name ? [stepAt(draft, index).passage] : [],
  )
}

function hasPassed(draft: Draft, index: number): boolean {
  return passagesIn(draft, plannedAt(draft, index).group ?? '').includes('passed')
}

/** One of a group's steps is open again. */
export function noteReopened(draft: Draft, index: number): void {
  change(draft, plannedAt(draft, index).group, (group) => ({ ...group, open: group.open + 1 }))
}

/** Puts another group in the place of one that the plan says something about; the same one changes nothing. */
function change(
  draft: Draft,
  name: string | undefined,
  changes: (group: GroupState) => GroupState,
): void {
  const group = draft.groups.get(name ?? '')
  if (name === undefined || group === undefined) return
  const after = changes(group)
  if (after !== group) draft.groups = new Map(draft.groups).set(name, after)
}

function rulesOf(state: SessionState, index: number): PlannedGroup | undefined {
  const { group } = plannedAt(state, index)
  return group === undefined ? undefined : state.plan.groups?.[group]
}
