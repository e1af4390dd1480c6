import { indexOfInteraction } from '../../session/interactions.ts'
import { plannedAt, type SessionState, stepAt } from '../../session/state.ts'
import { finalSessionStatuses } from '../../session/status.ts'
import type { OpenInteraction } from '../interactions/types.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { TicketRecord } from './record.ts'
import type { StopReason } from './types.ts'

/** An interaction that a session asks for; undefined where it does not. */
export function openIn(
  session: CurrentSession | undefined,
  id: string,
): OpenInteraction | undefined {
  if (session === undefined || finalSessionStatuses.has(session.state.status)) return undefined
  const { state } = session
  const index = indexOfInteraction(state, id)
  return index === undefined ? undefined : openAt({ ...session, state }, index)
}

/** What the step at an index asks for. */
export function openAt(session: CurrentSession, index: number): OpenInteraction | undefined {
  const { interaction, attempt, resumeAt } = stepAt(session.state, index)
  if (interaction === undefined) return undefined
  const { id: stepId } = plannedAt(session.state, index)
  return { session, stepId, attempt, interaction, expiresAt: resumeAt }
}

/** What the steps of a session ask of workers that none of them has, by the place of the step. */
export function unclaimedIn(session: CurrentSession): readonly OpenInteraction[] {
  return session.state.awaiting.flatMap((index) => {
    const open = openAt(session, index)
    return open === undefined || !isFree(open) ? [] : [open]
  })
}

/** Whether workers may have it. */
export function isFree({ session, interaction }: OpenInteraction): boolean {
  const { queue, holder } = interaction
  return queue !== undefined && holder === undefined && session.state.status !== 'paused'
}

/**
 * What a session makes of a ticket: `expected` before the step waits, which may be never;
 * `unwanted` when nobody is to have it, or not for now.
 */
export function standingOf(
  { stepId, attempt }: TicketRecord,
  id: string,
  session: CurrentSession | undefined,
): OpenInteraction | 'expected' | 'unwanted' {
  const open = openIn(session, id)
  if (open !== undefined) return open.session.state.status === 'paused' ? 'unwanted' : open
  const state = session?.state
  const step = state?.steps[state.graph.indexOf.get(stepId) ?? -1]
  const isToCome = step?.status === 'running' && step.attempt === attempt
  return isToCome ? 'expected' : 'unwanted'
}

const timeouts: ReadonlySet<string> = new Set(['STEP_TIMEOUT', 'GROUP_TIMEOUT', 'SESSION_TIMEOUT'])

/** Why nobody is to go on with what was asked for. */
export function whyOver(
  state: SessionState | undefined,
  { stepId, attempt }: TicketRecord,
  id: string,
): StopReason {
  const step = state?.steps[state.graph.indexOf.get(stepId) ?? -1]
  if (state === undefined || step === undefined) return 'cancelled'
  if (step.answer?.interactionId === id) return 'answered'
  const { status, error } = step
  if (status === 'cancelled') return state.stopping?.cause === 'timeout' ? 'timeout' : 'cancelled'
  const hasFailed = status === 'failed' || status === 'retrying' || step.attempt > attempt
  if (hasFailed && error !== undefined && timeouts.has(error.code)) return 'timeout'
  return state.stopping === undefined ? 'withdrawn' : 'cancelled'
}
