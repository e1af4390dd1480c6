import type { Json } from '../../json.ts'
import type { InteractionRequest, StepError } from '../../session/events.ts'
import type { SessionStatus, StepStatus } from '../../session/status.ts'
import { looseGroups, type PlannedGroups } from './groups.ts'

/** A stretch of a step's life, for the timeline. Times are ms since the epoch. */
export interface Span {
  readonly kind: 'run' | 'wait' | 'delay' | 'undo'
  readonly attempt: number
  readonly from: number
  /** Absent while it lasts. */
  readonly to?: number
  readonly result?: AttemptResult
}

export type AttemptResult =
  | 'completed'
  | 'failed'
  | 'retried'
  | 'cancelled'
  | 'interrupted'
  | 'continued'
  | 'pushed_back'
  | 'undone'
  | 'repeated'

export interface AttemptLog {
  readonly attempt: number
  readonly from: number
  readonly to?: number
  readonly undo?: true
  readonly result?: AttemptResult
  readonly error?: StepError
}

export interface AskedLog extends InteractionRequest {
  readonly interactionId: string
  readonly worker?: string
}

/** A step as the log tells of it. */
export interface StepLog {
  readonly id: string
  readonly status: StepStatus
  readonly attempt: number
  readonly dependsOn: readonly string[]
  /** The step whose item it is. */
  readonly itemOf?: string
  readonly uses?: string
  readonly text?: string
  readonly startedAt?: number
  readonly endedAt?: number
  readonly resumeAt?: number
  readonly attempts: readonly AttemptLog[]
  readonly spans: readonly Span[]
  readonly output?: Json
  readonly error?: StepError
  readonly undoError?: StepError
  readonly skipped?: { readonly reason: string; readonly because?: string | undefined }
  readonly held?: true
  readonly escalated?: true
  /** While it is being undone: what it was, and is again where that fails. */
  readonly toUndo?: StepLog['status']
  readonly asks?: AskedLog
  readonly child?: string
  readonly keptFrom?: { readonly sessionId: string; readonly attempt: number }
  readonly progress?: {
    readonly percent?: number | undefined
    readonly message?: string | undefined
  }
}

export interface VariableLog {
  readonly name: string
  readonly value: Json
  /** Absent where it was never set. */
  readonly at?: number
  readonly setBy?: string
  /** How often it was set. */
  readonly changes: number
}

/** A group of which one step has to complete. */
export interface GroupLog {
  readonly steps: readonly string[]
  /** One of them has. */
  readonly isPassed: boolean
}

/** A session as its log tells of it, after the event `seq`. */
export interface SessionLog {
  readonly seq: number
  readonly status: SessionStatus
  readonly name?: string
  readonly createdAt?: number
  readonly startedAt?: number
  readonly endedAt?: number
  /** When the last event was written. */
  readonly lastAt?: number
  readonly totalSteps: number
  readonly steps: ReadonlyMap<string, StepLog>
  readonly variables: ReadonlyMap<string, VariableLog>
  /** Those of which one step has to complete, by name. */
  readonly groups: ReadonlyMap<string, GroupLog>
  readonly failure?: { readonly stepId?: string; readonly error: StepError }
  readonly waitingUntil?: number
  /** It stops, or takes back what it did: nothing of it can be settled any more. */
  readonly isEnding?: true
  readonly isStopping?: true
  readonly isRollingBack?: true
  readonly setAside?: true
  readonly forkedFrom?: { readonly sessionId: string; readonly fromStep?: string | undefined }
  readonly tokens: number
}

/** What the plan says of a step, which no event changes. */
export interface PlannedStepLog {
  readonly id: string
  readonly uses: string
  readonly text?: string | undefined
  readonly dependsOn: readonly string[]
  readonly group?: string | undefined
  /** It begins only when somebody lets it. */
  readonly breakBefore?: true | undefined
}

/** The state before the first event. @param variables what they begin with */
export function emptyLog(
  plan: readonly PlannedStepLog[],
  variables: Readonly<Record<string, unknown>> = {},
  groups: PlannedGroups = {},
): SessionLog {
  const begun = Object.entries(variables).map(([name, value]): [string, VariableLog] => [
    name,
    { name, value: value as Json, changes: 0 },
  ])
  const steps = plan.map(({ id, uses, text, dependsOn, breakBefore }): [string, StepLog] => [
    id,
    {
      id,
      status: 'pending',
      attempt: 0,
      dependsOn,
      uses,
      ...(text === undefined ? {} : { text }),
      ...(breakBefore === undefined ? {} : { held: true }),
      attempts: [],
      spans: [],
    },
  ])
  return {
    seq: 0,
    status: 'queued',
    totalSteps: plan.length,
    steps: new Map(steps),
    variables: new Map(begun),
    groups: looseGroups(plan, groups),
    tokens: 0,
  }
}
