import { longestPath } from './longest-path.ts'
import { plannedAt, type SessionState, type StepState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'
import { type Basis, bases, type KnownDurations, type Weight, weigh } from './weights.ts'

/** Why nobody can say when a session ends. */
export const obstacles = ['paused', 'escalated', 'stopping', 'no_timings'] as const

export type Obstacle = (typeof obstacles)[number]

export interface PathStep {
  readonly stepId: string
  readonly remainingMs: number
  /** It has begun. */
  readonly current: boolean
}

export interface Estimate {
  /** From now to the end; null when that cannot be said. */
  readonly remainingMs: number | null
  readonly obstacle: Obstacle | null
  readonly basedOn: Basis
  readonly criticalPath: readonly PathStep[]
  /** How much is done, 0 to 100, each step by its weight; null where earlier sessions do not tell. */
  readonly percent: number | null
}

/** When a session will end, going by what its steps take. Costs what the plan holds. */
export function estimate(state: SessionState, now: number, known: KnownDurations): Estimate {
  const weights = weigh(state, known)
  const left = allLeft(state, now, weights)
  const percent = known.earlier.size === 0 ? null : percentDone(state, weights, left)
  const unknown = { remainingMs: null, basedOn: 'nothing', criticalPath: [], percent } as const
  if (finalSessionStatuses.has(state.status)) return { ...unknown, remainingMs: 0, obstacle: null }
  const obstacle = obstacleOf(state)
  if (obstacle !== null) return { ...unknown, obstacle }
  if (left.includes(undefined)) return { ...unknown, obstacle: 'no_timings' }
  // What is left of items is in what is left of their step.
  const remainingOf = (index: number) => (isItem(state, index) ? 0 : (left[index] ?? 0))
  const path = longestPath(state, remainingOf)
  const work = workLeft(state, now, known, left)
  return {
    remainingMs: Math.round(Math.max(path.ms, work / state.plan.maxParallel)),
    obstacle: null,
    basedOn: basisOf(state, weights),
    criticalPath: path.steps.map((index) => ({
      stepId: plannedAt(state, index).id,
      remainingMs: Math.round(remainingOf(index)),
      current: hasBegun(stepAt(state, index)),
    })),
    percent,
  }
}

/** 0 to 100, one decimal. */
export function shareOf(part: number, whole: number): number {
  return Math.round((part / whole) * 1000) / 10
}

function obstacleOf({ status, escalated }: SessionState): Obstacle | null {
  if (status === 'paused') return 'paused'
  if (escalated.length > 0) return 'escalated'
  return status === 'queued' || status === 'running' || status === 'waiting' ? null : 'stopping'
}

/** What is left of each step, and of each item; undefined where nothing tells. */
function allLeft(
  state: SessionState,
  now: number,
  weights: readonly (Weight | undefined)[],
): readonly (number | undefined)[] {
  const own = weights.map((weight, index) => leftOf(stepAt(state, index), weight, now))
  return own.map((ms, index) => {
    const { items, passage } = stepAt(state, index)
    if (items === undefined || passage !== undefined) return ms
    const places = Math.min(
      plannedAt(state, index).forEach?.maxParallel ?? 1,
      state.plan.maxParallel,
    )
    return sideBySide(
      items.steps.map((item) => own[item]),
      places,
    )
  })
}

/** How long items take that share some places; undefined where nothing tells. */
function sideBySide(left: readonly (number | undefined)[], places: number): number | undefined {
  let longest = 0
  let total = 0
  for (const ms of left) {
    if (ms === undefined) return undefined
    longest = Math.max(longest, ms)
    total += ms
  }
  return Math.max(longest, total / places)
}

function hasBegun({ status, items }: StepState): boolean {
  return status !== 'pending' || items !== undefined
}

function isItem(state: SessionState, index: number): boolean {
  return stepAt(state, index).itemOf !== undefined
}

/** What is left of a step by itself; undefined when nothing tells. */
function leftOf(step: StepState, weight: Weight | undefined, now: number): number | undefined {
  if (step.passage !== undefined) return 0
  const { status, resumeAt, startedAt = now } = step
  const untilThen = resumeAt === undefined ? 0 : Math.max(0, resumeAt - now)
  if (tellsItsEnd(step)) return untilThen
  if (weight === undefined) return undefined
  if (status === 'pending') return weight.ms
  if (status === 'retrying') return untilThen + weight.ms
  return Math.max(0, weight.ms - (now - startedAt))
}

/** A wait for a time does; whoever else is waited for may be done before. */
function tellsItsEnd({ status, resumeAt, awaits }: StepState): boolean {
  return status === 'waiting' && resumeAt !== undefined && awaits === undefined
}

/** The time that steps will take places for; what waits takes none. */
function workLeft(
  state: SessionState,
  now: number,
  known: KnownDurations,
  left: readonly (number | undefined)[],
): number {
  return state.steps.reduce((sum, { status, resumeAt = now, awaits, items }, index) => {
    const takesNone = (status === 'waiting' && awaits === undefined) || items !== undefined
    if (takesNone || known.waits(plannedAt(state, index))) return sum
    const delay = status === 'retrying' ? Math.max(0, resumeAt - now) : 0
    return sum + (left[index] ?? 0) - delay
  }, 0)
}

/** The best of what the weights of unsettled steps rest on; a wait that has begun tells its end itself. */
function basisOf(state: SessionState, weights: readonly (Weight | undefined)[]): Basis {
  const used = new Set<Basis>()
  state.steps.forEach((step, index) => {
    if (step.passage !== undefined) return
    used.add(tellsItsEnd(step) ? 'this_session' : (weights[index]?.basis ?? 'nothing'))
  })
  return bases.find((basis) => used.has(basis)) ?? 'nothing'
}

function percentDone(
  state: SessionState,
  weights: readonly (Weight | undefined)[],
  left: readonly (number | undefined)[],
): number | null {
  let whole = 0
  let done = 0
  weights.forEach((weight, index) => {
    if (isItem(state, index)) return
    const ms = weight?.ms ?? 0
    whole += ms
    done += ms - Math.min(ms, left[index] ?? ms)
  })
  return whole === 0 ? null : shareOf(done, whole)
}
