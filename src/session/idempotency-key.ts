import { type SessionState, stepAt } from './state.ts'

/** The same for all tries of a step; another one for its undo, and each time that it is done, or opened, again. */
export function idempotencyKeyOf(state: SessionState, index: number, isUndo: boolean): string {
  const { repeats = 0, rewinds } = stepAt(state, index)
  const anew = rewinds === undefined ? '' : `:again${rewinds}`
  const again = isUndo ? ':undo' : `${anew}${repeats === 0 ? '' : `:${repeats}`}`
  return `${state.id}:${state.plan.steps[index]?.id}${again}`
}
