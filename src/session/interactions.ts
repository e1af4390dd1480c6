import { StepstreamError } from '../errors.ts'
import type { AnsweredInteraction, SessionCommand, StepResolution } from './commands.ts'
import type { Decision } from './decision.ts'
import type { InteractionRequest, SessionEvent } from './events.ts'
import { type Interaction, type KeptSignal, plannedAt, type SessionState, stepAt } from './state.ts'
import { finalSessionStatuses } from './status.ts'

/** Whether somebody outside the session decides, or signals, in their own time. */
export function isForPeople({ kind }: Pick<InteractionRequest, 'kind'>): boolean {
  return kind === 'approval' || kind === 'signal'
}

/** A step asks somebody outside. */
export function ask(
  decision: Decision,
  index: number,
  interactionId: string,
  request: InteractionRequest,
): void {
  emit(decision, index, { type: 'interaction.created', data: { ...request, interactionId } })
}

/**
 * A worker takes what its queue asks for: one at a time has it.
 * @throws StepstreamError INTERACTION_OVER, INTERACTION_CLAIMED, ILLEGAL_TRANSITION
 */
export function claimInteraction(
  decision: Decision,
  { interactionId, worker }: Extract<SessionCommand, { type: 'claimInteraction' }>,
): void {
  const index = openIndex(decision.state, interactionId)
  const { claims = 0, holder, kind } = stepAt(decision.state, index).interaction ?? {}
  if (kind !== 'client' && kind !== 'worker') {
    const message = `${interactionId} is for people: no worker can claim it`
    throw new StepstreamError('INTERACTION_MISMATCH', message)
  }
  if (holder?.worker === worker) return
  if (holder !== undefined) {
    const message = `interaction ${interactionId} was claimed by ${holder.worker}`
    throw new StepstreamError('INTERACTION_CLAIMED', message)
  }
  if (decision.state.status === 'paused') {
    const message = `cannot claim ${interactionId}: its session is paused`
    throw new StepstreamError('ILLEGAL_TRANSITION', message)
  }
  const data = { interactionId, worker, claim: claims + 1 }
  emit(decision, index, { type: 'interaction.claimed', data })
}

/** Gives it back for others, if that claim is the one that holds it. */
export function releaseInteraction(
  decision: Decision,
  { interactionId, claim, reason }: Extract<SessionCommand, { type: 'releaseInteraction' }>,
): void {
  const index = indexOfInteraction(decision.state, interactionId)
  if (index === undefined) return
  const { holder, claims } = stepAt(decision.state, index).interaction ?? {}
  if (holder === undefined || claims !== claim) return
  const data = { interactionId, worker: holder.worker, claim, reason }
  emit(decision, index, { type: 'interaction.released', data })
}

/**
 * Writes an answer down, before what follows from it.
 * @throws StepstreamError INTERACTION_OVER, INTERACTION_LOST
 */
export function noteAnswer(decision: Decision, answered: AnsweredInteraction): void {
  const { claim, ...data } = answered
  const { interactionId } = data
  const index = openIndex(decision.state, interactionId)
  const { holder, claims } = stepAt(decision.state, index).interaction ?? {}
  if (holder === undefined ? claim !== undefined : claims !== claim) {
    const message = `interaction ${interactionId} is not this worker’s any more`
    throw new StepstreamError('INTERACTION_LOST', message)
  }
  emit(decision, index, { type: 'interaction.answered', data })
}

/** A person has said, here or where the step is settled, what becomes of a step that failed. */
export function noteResolution(
  decision: Decision,
  index: number,
  { id: interactionId }: Interaction,
  { action, output, actor, reason, digest = '' }: Omit<StepResolution, 'interactionId'>,
): void {
  const data = {
    interactionId,
    decision: action,
    ...(reason === undefined ? {} : { note: reason }),
    ...(output === undefined ? {} : { output }),
    ...(actor === undefined ? {} : { actor }),
    digest,
  }
  emit(decision, index, { type: 'interaction.answered', data })
}

/** A signal answers whoever waits for it. */
export function noteSignal(
  decision: Decision,
  index: number,
  { id: interactionId }: Interaction,
  { id: signalId, payload, actor }: KeptSignal,
): void {
  const data = {
    interactionId,
    status: 'ok' as const,
    signalId,
    ...(payload === undefined ? {} : { output: payload }),
    ...(actor === undefined ? {} : { actor }),
    digest: '',
  }
  emit(decision, index, { type: 'interaction.answered', data })
}

/** Nobody has answered in time. */
export function expireInteraction(
  decision: Decision,
  index: number,
  { id: interactionId }: Interaction,
): void {
  emit(decision, index, { type: 'interaction.expired', data: { interactionId } })
}

/** The place in the plan of the step that asks; undefined where none does any more. */
export function indexOfInteraction(state: SessionState, id: string): number | undefined {
  const isIt = (index: number) => stepAt(state, index).interaction?.id === id
  return state.awaiting.find(isIt) ?? state.escalated.find(isIt)
}

/** The same for every process that decides it, and another one each time that a step is escalated. */
export function escalationIdOf(state: SessionState, index: number): string {
  const { escalations = 0 } = stepAt(state, index)
  return `${state.id.replace(/^ses_/, 'int_')}_${index}_${escalations}`
}

/** An interaction after one more event about it. */
export function interactionAfter(
  before: Interaction | undefined,
  event: Extract<
    SessionEvent,
    { type: 'interaction.created' | 'interaction.claimed' | 'interaction.released' }
  >,
  now: number,
): Interaction {
  if (event.type === 'interaction.created') {
    const { interactionId: id, ...request } = event.data
    return { ...request, id, askedAt: now, claims: 0 }
  }
  if (before === undefined) throw new Error(`the log asks for no ${event.data.interactionId}`)
  const { holder: _, ...rest } = before
  if (event.type === 'interaction.released') return rest
  return { ...rest, claims: event.data.claim, holder: { worker: event.data.worker, since: now } }
}

/** The place of the step that asks. @throws StepstreamError INTERACTION_OVER */
export function openIndex(state: SessionState, id: string): number {
  const index = indexOfInteraction(state, id)
  if (index !== undefined && !finalSessionStatuses.has(state.status)) return index
  throw new StepstreamError('INTERACTION_OVER', `interaction ${id} is not asked for any more`)
}

type InteractionEvent = Extract<SessionEvent, { type: `interaction.${string}` }>
type InteractionFact = InteractionEvent extends infer E
  ? E extends InteractionEvent
    ? Pick<E, 'type' | 'data'>
    : never
  : never

function emit(decision: Decision, index: number, fact: InteractionFact): void {
  const { id: stepId } = plannedAt(decision.state, index)
  const { attempt } = stepAt(decision.state, index)
  decision.emit({ ...fact, stepId, attempt })
}
