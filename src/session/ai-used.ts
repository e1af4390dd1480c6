import type { Draft } from './draft.ts'
import type { Observed } from './observed.ts'
import type { AiUsed } from './state.ts'

export const nothingUsed: AiUsed = {
  calls: 0,
  actions: 0,
  promptTokens: 0,
  completionTokens: 0,
  cost: 0,
}

/** What an attempt tells of its work counts where the AI did it, for the limits of the session. */
export function noteObserved(draft: Draft, event: Observed): void {
  if (event.type === 'browser.command_started' && event.data.source === 'ai') {
    const { ai = nothingUsed } = draft
    draft.ai = { ...ai, actions: ai.actions + 1 }
  }
  if (event.type === 'ai.usage') {
    const { ai = nothingUsed } = draft
    const { promptTokens, completionTokens, cost = 0 } = event.data
    draft.ai = {
      calls: ai.calls + 1,
      actions: ai.actions,
      promptTokens: ai.promptTokens + promptTokens,
      completionTokens: ai.completionTokens + completionTokens,
      cost: ai.cost + cost,
    }
  }
}
