import { groupDeadlineOf } from '../../session/groups.ts'
import type { PlannedStep } from '../../session/plan.ts'
import type { IdleLimit } from './idle-limit.ts'
import type { Reporter } from './reporter.ts'
import type { AttemptSecrets } from './secrets.ts'
import type { StopSwitch } from './stop-switch.ts'
import type { AttemptRequest } from './types.ts'

/** An attempt under way: everything its stages share. */
export interface Attempt {
  readonly request: AttemptRequest
  readonly stop: StopSwitch
  /** The place of its step in the plan. */
  readonly index: number
  readonly step: PlannedStep
  readonly secrets: AttemptSecrets
  readonly reporter: Reporter
  readonly idle: IdleLimit | undefined
  readonly startedAt: number
}

/** What names an attempt, in commands and in the log of the service. */
export function subjectOf(request: AttemptRequest) {
  const { session, stepId, attempt } = request
  return { sessionId: session.record.id, stepId, attempt }
}

/** The place of an attempt's step in the plan. @throws RangeError */
export function indexOf({ session, stepId }: Pick<AttemptRequest, 'session' | 'stepId'>): number {
  const index = session.state.graph.indexOf.get(stepId)
  if (index === undefined) throw new RangeError(`the plan has no step ${stepId}`)
  return index
}

/** What an attempt is to do: the step itself, or what takes it back. */
export function workOf(step: PlannedStep, { undo: isUndo }: AttemptRequest): PlannedStep {
  if (!isUndo || step.undo === undefined) return step
  const { undo, set: _, repeat: __, forEach: ___, idleMs: ____, ...rest } = step
  return { ...rest, ...undo }
}

/** How long an attempt may take: no longer than what is left to its group. */
export function timeoutOf({ request, index, step, startedAt }: Attempt): number {
  const { state } = request.session
  if (state.groups.size === 0) return step.timeoutMs
  const deadline = request.undo ? undefined : groupDeadlineOf(state, index)
  return deadline === undefined
    ? step.timeoutMs
    : Math.min(step.timeoutMs, Math.max(0, deadline - startedAt))
}
