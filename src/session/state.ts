import type { z } from 'zod'
import type { Json } from '../json.ts'
import type {
  Answer,
  Awaits,
  countsSchema,
  InteractionRequest,
  Origin,
  SessionEvent,
  StepError,
} from './events.ts'
import { type Graph, graphOf } from './graph.ts'
import type { GroupState } from './groups.ts'
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
  /** Whom outside it waits for. */
  readonly awaits?: Awaits
  /** It waits for a session that waits for people, and has so long left when that goes on; absent: no limit. */
  readonly forPeople?: true
  readonly leftMs?: number
  /** What it asks of somebody outside. */
  readonly interaction?: Interaction
  /** The last answer it got: for whoever gives it again. */
  readonly answer?: GivenAnswer
  /** What it asked in the middle of its work was answered last: for the attempt that goes on. */
  readonly answered?: AnsweredRequest
  /** How often a person was asked what becomes of it. */
  readonly escalations?: number
  /** How often it was opened again because somebody pushed back. */
  readonly rewinds?: number
  /** How often it has begun to wait for somebody outside, and for whom last. */
  readonly waits?: { readonly count: number; readonly last: Awaits }
  /** The value, or a reference to the artifact that holds it. */
  readonly output?: Json
  readonly error?: StepError
  readonly passage?: Passage
  /** How often in a row a crash has cut it off. */
  readonly crashes?: number
  /** Its wait is over, and what it sets, or whether it is done again, is being found out. */
  readonly concluding?: true
  /** A person keeps it from beginning. */
  readonly held?: true
  /** How often it was done and has to be done again. */
  readonly repeats?: number
  /** The items it runs for, once they are known. */
  readonly items?: Items
  /** It runs for one item of another step. */
  readonly itemOf?: { readonly step: number; readonly position: number }
  /** It began while its session was being stopped, and is not stopped with it. */
  readonly late?: true
  /**
   * It completed before it was opened again, and has not since: what it did is still to be undone in a
   * rollback. The status is the one it has beside its undo.
   */
  readonly toUndo?: { readonly output?: Json; readonly status?: 'failed' | 'skipped' | 'cancelled' }
  /** It completed, and what runs or waits now is its undo. */
  readonly undoing?: true
  /** Why it could not be undone. */
  readonly undoError?: StepError
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

/** The items of a `forEach`, which stand behind the plan's own steps. */
export interface Items {
  /** The list, or a reference to the artifact that holds it. */
  readonly values: Json
  /** Their steps. */
  readonly steps: readonly number[]
  /** Those of them that have not been let begin: the ones of `queue` from `next` on. */
  readonly queue: readonly number[]
  readonly next: number
  readonly open: number
  readonly failed: number
}

/** What a step waits for somebody outside to do. */
export interface Interaction extends InteractionRequest {
  readonly id: string
  /** When it was asked, in ms since the epoch. */
  readonly askedAt: number
  /** How often it was claimed. */
  readonly claims: number
  /** Who has it, and since when. */
  readonly holder?: { readonly worker: string; readonly since: number }
}

/** An answer that an interaction got. */
export interface GivenAnswer {
  readonly interactionId: string
  readonly kind: InteractionRequest['kind']
  readonly status?: Answer['status']
  readonly decision?: Answer['decision']
  readonly actor?: string
  readonly digest: string
  /** ms since the epoch. */
  readonly at: number
}

/** What a step asked in the middle of its work, and what was said to it. */
export interface AnsweredRequest {
  readonly interactionId: string
  /** The attempt that asked: the next one goes on. */
  readonly attempt: number
  readonly decision?: Answer['decision']
  /** What it was about: the value, or a reference to the artifact that holds it. */
  readonly command?: Json
  readonly note?: string
  readonly actor?: string
}

/** What the AI has used so far. */
export interface AiUsed {
  readonly calls: number
  readonly actions: number
  readonly promptTokens: number
  readonly completionTokens: number
  /** Of the calls that have a price. */
  readonly cost: number
}

/** A signal that no step has taken yet. */
export interface KeptSignal {
  readonly id: string
  readonly name: string
  readonly payload?: Json
  readonly actor?: string
}

/** A variable as it is, and the step that set it; absent for the value it began with. */
export interface Variable {
  readonly value: Json
  readonly setBy?: string
  /** What another step had set it to before. */
  readonly earlier?: Variable
}

export type StopCause = 'requested' | 'failure' | 'timeout' | 'rollback' | 'concurrency'

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
  /** Steps that wait for somebody outside; another list whenever it has changed. */
  readonly awaiting: readonly number[]
  /** Those of them that wait for people, or signals: they take no place. */
  readonly people: readonly number[]
  /** Steps that wait for a person; nothing else starts meanwhile. */
  readonly escalated: readonly number[]
  /** Signals that no step has taken, the oldest first. */
  readonly signals: readonly KeptSignal[]
  /** Signals whose sender gave the id, the oldest first; the last of them alone. */
  readonly signalsSeen: readonly { readonly id: string; readonly digest: string }[]
  /** Steps that completed and have an undo, in the order in which they did. */
  readonly undoable: readonly number[]
  /** How many steps that do not run last have not settled. */
  readonly openMain: number
  /** Only what runs last is left. */
  readonly finalizing: boolean
  readonly variables: ReadonlyMap<string, Variable>
  /** Those that the plan says something about. */
  readonly groups: ReadonlyMap<string, GroupState>
  readonly counts: Counts
  /** Absent where no step has used the AI. */
  readonly ai?: AiUsed
  /** Why running attempts are being stopped. */
  readonly stopping?: {
    readonly cause: StopCause
    readonly reason?: string
  }
  /** What has completed is undone, or was. */
  readonly rollback?: {
    readonly cause: 'failure' | 'timeout' | 'requested'
    readonly reason?: string
  }
  /** It is paused because crashes cut a step off too often. */
  readonly setAside?: true
  /** The step whose failure ends the session. */
  readonly fatal?: { readonly stepId: string; readonly error: StepError }
  /** The first step that failed for good. */
  readonly failure?: { readonly stepId: string; readonly error: StepError }
  /** Running time: what has gone by, and since when more is going by. */
  readonly usedMs: number
  readonly clockSince?: number
  readonly pausedAt?: number
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
    if (openParents === 0 && !step.finally) {
      ;(step.when === undefined ? ready : undecided).push(index)
    }
    const held = step.breakBefore === undefined ? {} : { held: true as const }
    return { status: 'pending', attempt: 0, failures: 0, openParents, ...held }
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
    awaiting: [],
    people: [],
    signals: [],
    signalsSeen: [],
    escalated: [],
    undoable: [],
    openMain: session.plan.steps.filter((step) => !step.finally).length,
    finalizing: false,
    variables: new Map(
      Object.entries(session.plan.vars ?? {}).map(([name, value]) => [name, { value }]),
    ),
    groups: groupsOf(session.plan),
    counts: { total: steps.length, completed: 0, failed: 0, skipped: 0, cancelled: 0 },
    usedMs: 0,
    completedMs: 0,
    progressAt: session.createdAt,
  }
}

function groupsOf({ groups = {}, steps }: Plan): ReadonlyMap<string, GroupState> {
  return new Map(
    Object.keys(groups).map((name) => {
      const open = steps.filter(({ group }) => group === name).length
      return [name, { open, passed: false }]
    }),
  )
}

/** How many steps have reached a final status. */
export function settledCount(counts: Counts): number {
  const { completed, failed, skipped, cancelled, undone = 0 } = counts
  return completed + failed + skipped + cancelled + undone
}

/** Whether it waits for room under its concurrency key, and has not begun. */
export function awaitsRoom({ status, startedAt }: SessionState): boolean {
  return status === 'waiting' && startedAt === undefined
}

/** The last moment to begin, in ms since the epoch. */
export function startByOf({ createdAt, plan }: SessionState): number {
  return createdAt + (plan.startByMs ?? Number.POSITIVE_INFINITY)
}

/** What a step's failure means for the session. */
export function strategyOf(state: Pick<SessionState, 'plan' | 'steps'>, index: number): OnFailure {
  const step = at(state.plan.steps, index)
  // What runs last changes nothing about how the session ends, and an item’s failure is its step’s to judge.
  if (step.finally || at(state.steps, index).itemOf !== undefined) return 'continue'
  const ofGroup = step.group === undefined ? undefined : state.plan.groups?.[step.group]
  return step.onFailure ?? ofGroup?.onFailure ?? state.plan.onFailure
}

/** Whether the attempt that runs, or would, is being stopped with its session. */
export function isStopped(state: SessionState, index: number): boolean {
  if (state.stopping === undefined) return false
  return !at(state.plan.steps, index).finally && !at(state.steps, index).late
}

/** Whether a person keeps a step from beginning; nobody does once its session is on its way to its end. */
export function isHeld(state: SessionState, index: number): boolean {
  if (at(state.steps, index).held === undefined) return false
  return state.status === 'running' || state.status === 'waiting'
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
