import type { PlannedStep } from './plan.ts'
import { plannedAt, type SessionState, stepAt } from './state.ts'

/** What is known from elsewhere of how long steps take. */
export interface KnownDurations {
  /** What steps took in earlier sessions of the same workflow, in ms, by their id; and their items, by `ofItems`. */
  readonly earlier: ReadonlyMap<string, number>
  /** What the kind of step reckons, in ms; undefined where it does not know. */
  planned(step: PlannedStep): number | undefined
  /** Whether such steps spend their time waiting, which takes no place of `maxParallel`. */
  waits(step: PlannedStep): boolean
}

/** What an estimate rests on, the best first. */
export const bases = ['earlier_sessions', 'this_session', 'plan', 'nothing'] as const

export type Basis = (typeof bases)[number]

/** How long a step takes as a whole, in ms, and what says so. */
export interface Weight {
  readonly ms: number
  readonly basis: Basis
}

/** How long each step takes as a whole. What its kind reckons is about the step itself, an average about others. */
export function weigh(state: SessionState, known: KnownDurations): readonly (Weight | undefined)[] {
  const typical = typicalWeight(state, known)
  return state.plan.steps.map((step, index) => {
    const { itemOf } = stepAt(state, index)
    const name = itemOf === undefined ? step.id : ofItems(plannedAt(state, itemOf.step).id)
    const earlier = known.earlier.get(name)
    if (earlier !== undefined) return { ms: earlier, basis: 'earlier_sessions' }
    const planned = known.planned(step)
    return planned === undefined ? typical : { ms: planned, basis: 'plan' }
  })
}

/** For a step of which nothing is known. */
function typicalWeight(state: SessionState, { earlier }: KnownDurations): Weight | undefined {
  const average = averageOf(state)
  if (average !== undefined) return { ms: average, basis: 'this_session' }
  if (earlier.size === 0) return undefined
  const total = [...earlier.values()].reduce((sum, ms) => sum + ms, 0)
  return { ms: total / earlier.size, basis: 'earlier_sessions' }
}

/** Where earlier durations of a step's items are found. */
export function ofItems(stepId: string): string {
  return `${stepId}[]`
}

/** What a step that completes takes, on average; undefined before the first has. */
export function averageOf({ counts, completedMs }: Pick<SessionState, 'counts' | 'completedMs'>) {
  return counts.completed === 0 ? undefined : completedMs / counts.completed
}
