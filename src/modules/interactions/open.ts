import { plannedAt, stepAt } from '../../session/state.ts'
import type { CurrentSession } from '../session-coordinator/types.ts'
import type { OpenInteraction } from './types.ts'

/** What a session asks for now, the oldest first. */
export function openOf(session: CurrentSession): readonly OpenInteraction[] {
  const { state } = session
  const found = [...state.awaiting, ...state.escalated].flatMap((index): OpenInteraction[] => {
    const { interaction, attempt, resumeAt } = stepAt(state, index)
    if (interaction === undefined) return []
    const { id: stepId } = plannedAt(state, index)
    return [{ session, stepId, attempt, interaction, expiresAt: resumeAt }]
  })
  return found.sort((a, b) => a.interaction.askedAt - b.interaction.askedAt)
}
