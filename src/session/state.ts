import type { z } from 'zod'
import type { Json } from '../json.ts'
import type { countsSchema, Origin, SessionEvent, StepError } from './events.ts'
import { type Graph, graphOf } from './graph.ts'
import type { OnFailure, Plan, PlannedStep } from './plan.ts'
import type { SessionStatus, StepStatus } from './status.ts'

/** What a settled step means for the steps that depend on it. */
export type Passage = 'passed' | 'failed' | 'dead'

export interface StepState {
  readonly status: StepStatus
  /** The number of the current or last attempt; 0 before the first. */
  readonly attempt: number
  /** Attempts that count against `maxAttempts`; interrupted ones do not. */
  readonly failures: number
  /** Parents that have not settled. */
  readonly openParents: number
  /** When the current or last attempt started, in ms since the epoch. */
  readonly startedAt?: number
  readonly endedAt?: number
  /** When a waiting or retrying step goes on. */
  readonly resumeAt?: number
  /** The value, or a reference to the artifact that holds it. */
  readonly output?: Json
  readonly error?: StepError
  readonly passage?: Passage
  /** The branch a condition took. */
  readonly branch?: 'then' | 'else'
  /** The work was done in another session, before this one was forked from it. */
  readonly kept?: {
    readonly sessionId: string
    readonly attempt: number
    readonly durationMs: number
  }
  /** Why it was skipped. */
  readonly skipped?: Skip
  /** How it failed, while a person has to say what becomes of it. */
  readonly escalated?: { readonly kind: 'failed' | 'error'; readonly error: StepError }
}

export type Skip = Readonly<Extract<SessionEvent, { type: 'step.skipped' }>['data']>

/** A step that can no longer run, and why; `settle` turns it into an event at once. */
export interface Doomed {
  readonly reason: 'branch_not_taken' | 'dependency_failed'
  readonly because?: string
}

export type Counts = Readonly<z.infer<typeof countsSchema>>

/**
 * A session as its log tells it. Lists of step indices are kept beside the steps so that a
 * decision costs what it changes, not what the plan holds.
 */
export interface SessionState {
  readonly id: string
  readonly plan: Plan
  readonly graph: Graph
  /** The number of events folded. */
  readonly seq: number
  readonly status: SessionStatus
  /** The session that it goes on from. */
  readonly forkedFrom?: Origin
  readonly createdAt: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** When the last event happened. */
  readonly lastActivity: number
  readonly steps: readonly StepState[]
  /** Steps that may start, in the plan's order. */
  readonly ready: readonly number[]
  /** Steps that may start once their `when` is known, in the plan's order. */
  readonly undecided: readonly number[]
  readonly doomed: ReadonlyMap<number, Doomed>
  readonly running: readonly number[]
  /** Steps that wait for a time. */
  readonly timed: readonly number[]
  /** Steps that wait for a person; nothing else starts meanwhile. */
  readonly escalated: readonly number[]
  readonly counts: Counts
  /** Why running attempts are being stopped. */
  readonly stopping?: {
    readonly cause: 'requested' | 'failure' | 'timeout'
    readonly reason?: string
  }
  /** The step whose failure ends the session. */
  readonly fatal?: { readonly stepId: string; readonly error: StepError }
  /** The first step that failed for good. */
  readonly failure?: { readonly stepId: string; readonly error: StepError }
  /** Running time: what has gone by, and since when more is going by. */
  readonly usedMs: number
  readonly clockSince?: number
  /** Total duration of the attempts that completed their step, for the average. */
  readonly completedMs: number
  readonly progressAt: number
}

/** The state before the first event. */
export function initialState(session: { id: string; plan: Plan; createdAt: number }): SessionState {
  const graph = graphOf(session.plan)
  const ready: number[] = []
  const undecided: number[] = []
  const steps = session.plan.steps.map((step, index): StepState => {
    const openParents = graph.parents[index]?.length ?? 0
    if (openParents === 0) (step.when === undefined ? ready : undecided).push(index)
    return { status: 'pending', attempt: 0, failures: 0, openParents }
  })
  return {
    id: session.id,
    plan: session.plan,
    graph,
    seq: 0,
    status: 'queued',
    createdAt: session.createdAt,
    lastActivity: session.createdAt,
    steps,
    ready,
    undecided,
    doomed: new Map(),
    running: [],
    timed: [],
    escalated: [],
    counts: { total: steps.length, completed: 0, failed: 0, skipped: 0, cancelled: 0 },
    usedMs: 0,
    completedMs: 0,
    progressAt: session.createdAt,
  }
}

/** How many steps have reached a final status. */
export function settledCount(counts: Counts): number {
  return counts.completed + counts.failed + counts.skipped + counts.cancelled
}

/** What a step's failure means for the session. */
export function strategyOf(state: Pick<SessionState, 'plan'>, index: number): OnFailure {
  return at(state.plan.steps, index).onFailure ?? state.plan.onFailure
}

/** The step at an index that is known to exist. */
export function stepAt(state: SessionState, index: number): StepState {
  return at(state.steps, index)
}

/** The planned step at an index that is known to exist. */
export function plannedAt(state: SessionState, index: number): PlannedStep {
  return at(state.plan.steps, index)
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new Error(`no step at ${index}`)
  return item
}
