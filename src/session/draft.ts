import type { GroupState } from './groups.ts'
import type { Doomed, SessionState, StepState, Variable } from './state.ts'

/** A state being built: the same shape, its lists our own. */
export type Draft = {
  -readonly [K in keyof SessionState]: SessionState[K]
} & {
  steps: StepState[]
  ready: number[]
  undecided: number[]
  doomed: Map<number, Doomed>
  running: number[]
  timed: number[]
  people: number[]
  escalated: number[]
  variables: Map<string, Variable>
  groups: Map<string, GroupState>
}

const noneDoomed: Map<number, Doomed> = new Map()

/** A draft that can be changed without touching the state it came from. */
export function draftOf(state: SessionState): Draft {
  return {
    ...state,
    steps: state.steps.slice(),
    ready: state.ready.slice(),
    undecided: state.undecided.slice(),
    // Nearly always empty: copied when something is doomed.
    doomed: state.doomed.size === 0 ? noneDoomed : new Map(state.doomed),
    running: state.running.slice(),
    timed: state.timed.slice(),
    people: state.people.slice(),
    escalated: state.escalated.slice(),
    // Copied when one of theirs changes.
    variables: state.variables as Map<string, Variable>,
    groups: state.groups as Map<string, GroupState>,
  }
}

/** Notes that a step can no longer run. */
export function doom(draft: Draft, index: number, why: Doomed): void {
  if (draft.doomed === noneDoomed) draft.doomed = new Map()
  draft.doomed.set(index, why)
}

/** Keeps a list of indices in the plan's order. */
export function insert(list: number[], index: number): void {
  if (list.length === 0 || (list.at(-1) ?? 0) < index) {
    list.push(index)
    return
  }
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] ?? 0) < index) low = middle + 1
    else high = middle
  }
  if (list[low] !== index) list.splice(low, 0, index)
}

/** Takes an index out of a list, if it is there. */
export function remove(list: number[], index: number): void {
  const place = list.indexOf(index)
  if (place !== -1) list.splice(place, 1)
}
