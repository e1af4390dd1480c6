import { type Draft, insert } from './draft.ts'
import type { SessionEvent } from './events.ts'
import { interactionAfter, isForPeople } from './interactions.ts'
import { dropSignal } from './signals.ts'
import { type StepState, stepAt } from './state.ts'
import { indexOf } from './step-change.ts'

type InteractionEvent = Extract<SessionEvent, { type: `interaction.${string}` }>

/** What an event says of something that a step asks of somebody outside. */
export function interact(draft: Draft, event: InteractionEvent, now: number): void {
  switch (event.type) {
    case 'interaction.answered':
      dropSignal(draft, event.data.signalId)
      return noteGiven(draft, event, now)
    case 'interaction.expired':
      return forgetPushBack(draft, indexOf(draft, event))
    default:
      return ask(draft, event, now)
  }
}

/** An answer is remembered, for whoever gives it again. */
function noteGiven(
  draft: Draft,
  event: Extract<SessionEvent, { type: 'interaction.answered' }>,
  at: number,
): void {
  const index = indexOf(draft, event)
  const { interactionId, status, decision, actor, digest } = event.data
  const { kind = 'client' } = stepAt(draft, index).interaction ?? {}
  const answer = {
    interactionId,
    kind,
    ...(status === undefined ? {} : { status }),
    ...(decision === undefined ? {} : { decision }),
    ...(actor === undefined ? {} : { actor }),
    digest,
    at,
  }
  draft.steps[index] = { ...stepAt(draft, index), answer, ...answeredIn(draft, index, event) }
  forgetPushBack(draft, index)
}

/** What an earlier answer left for the steps that ran anew is over with the next. */
function forgetPushBack(draft: Draft, index: number): void {
  const { output, rewinds, interaction, ...step } = stepAt(draft, index)
  if (rewinds === undefined || output === undefined || interaction?.kind !== 'approval') return
  draft.steps[index] = { ...step, rewinds, interaction }
}

/** What a step asks for, and who has taken it. */
function ask(
  draft: Draft,
  event: Extract<
    SessionEvent,
    { type: 'interaction.created' | 'interaction.claimed' | 'interaction.released' }
  >,
  now: number,
): void {
  const index = indexOf(draft, event)
  const { interaction: before, ...step } = stepAt(draft, index)
  const interaction = interactionAfter(before, event, now)
  draft.steps[index] = { ...step, interaction }
  if (before === undefined && isForPeople(interaction)) insert(draft.people, index)
}

/** What the attempt that goes on finds of it. */
function answeredIn(
  draft: Draft,
  index: number,
  { data, attempt = 0 }: Extract<SessionEvent, { type: 'interaction.answered' }>,
): Pick<StepState, 'answered'> {
  const { interaction } = stepAt(draft, index)
  if (interaction?.resumes !== true) return {}
  const { interactionId, decision, note, actor } = data
  const { command } = interaction
  return {
    answered: {
      interactionId,
      attempt,
      ...(decision === undefined ? {} : { decision }),
      ...(command === undefined ? {} : { command }),
      ...(note === undefined ? {} : { note }),
      ...(actor === undefined ? {} : { actor }),
    },
  }
}
