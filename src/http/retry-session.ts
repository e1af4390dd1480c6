import { StepstreamError } from '../errors.ts'
import type { CurrentSession, SessionCoordinator } from '../modules/session-coordinator/types.ts'
import type { StartSession } from '../modules/step-processor/types.ts'
import type { PlanChanges } from '../plan/fork-request.ts'
import type { CompiledPlan, Planner } from '../plan/types.ts'
import { stepsToKeep } from '../session/keep.ts'
import { plannedAt } from '../session/state.ts'
import { finalSessionStatuses, type SessionStatus } from '../session/status.ts'
import type { Created } from '../store/types.ts'
import { type ForkDeps, type Inheritance, startFork } from './fork-session.ts'

export interface RetryDeps extends ForkDeps {
  readonly planner: Pick<Planner, 'revise'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

/** What a session ended in that can be retried. */
export const retryableStatuses: readonly SessionStatus[] = [...finalSessionStatuses].filter(
  (status) => status !== 'completed',
)

/** Which session goes on from which step, and what it does differently. */
export interface Continuation {
  readonly from: CurrentSession
  /** @default those that did not end well */
  readonly fromStep?: string
  readonly changes: PlanChanges
}

/** The plan of a session that goes on from another one, and what it takes over. @throws as `revise` does */
export function planContinuation(
  { from, fromStep, changes }: Continuation,
  { planner }: Pick<RetryDeps, 'planner'>,
): { readonly compiled: CompiledPlan; readonly inheritance: Inheritance } {
  const { record, state } = from
  const kept = stepsToKeep(state, fromStep)
  const keptIds = new Set([...kept].map((index) => plannedAt(state, index).id))
  const compiled = planner.revise(record.plan, changes, (id) => keptIds.has(id))
  const forkedFrom = { sessionId: record.id, ...(fromStep === undefined ? {} : { fromStep }) }
  return { compiled, inheritance: { from, forkedFrom, kept } }
}

/** @throws SESSION_NOT_ENDED, ILLEGAL_TRANSITION where it completed */
export function refuseUnlessFailed({ record, state }: CurrentSession): void {
  const { status } = state
  if (!finalSessionStatuses.has(status)) {
    throw new StepstreamError('SESSION_NOT_ENDED', `session ${record.id} is ${status}`)
  }
  if (status === 'completed') {
    const message = `session ${record.id} completed: there is nothing to retry; fork it to run steps again`
    throw new StepstreamError('ILLEGAL_TRANSITION', message)
  }
}

/**
 * Starts a session that does again what failed in an ended one of the same tenant.
 * @throws SESSION_NOT_FOUND, and as `refuseUnlessFailed` and `startFork`
 */
export async function retrySession(
  sessionId: string,
  session: Omit<StartSession, 'plan' | 'fork'>,
  deps: RetryDeps,
): Promise<Created> {
  const from = await deps.coordinator.current(sessionId)
  if (from === undefined || from.record.tenant !== session.tenant) {
    throw new StepstreamError('SESSION_NOT_FOUND', `there is no session ${sessionId}`)
  }
  refuseUnlessFailed(from)
  const { compiled, inheritance } = planContinuation({ from, changes: {} }, deps)
  return startFork(inheritance, { ...session, plan: compiled.plan }, deps)
}
