import { type AnsweredRequest, plannedAt, type SessionState, stepAt } from '../../session/state.ts'
import { finalStepStatuses } from '../../session/status.ts'
import type { EarlierStep } from '../executors/types.ts'

/** So many of the steps that have settled are told of. */
const MAX_EARLIER = 20

/**
 * The answer that an attempt goes on with: to what the one before it asked. After any other attempt in
 * between, nobody knows what was done of it, and it has to be asked again.
 */
export function answeredFor(
  state: SessionState,
  index: number,
  attempt: number,
): AnsweredRequest | undefined {
  const { answered } = stepAt(state, index)
  return answered?.attempt === attempt - 1 ? answered : undefined
}

/** The steps that have settled before one in the plan's order, the last of them. */
export function earlierSteps(state: SessionState, index: number): readonly EarlierStep[] {
  const found: EarlierStep[] = []
  for (let each = index - 1; each >= 0 && found.length < MAX_EARLIER; each -= 1) {
    const { status, output, itemOf } = stepAt(state, each)
    if (!finalStepStatuses.has(status) || itemOf !== undefined) continue
    const { id, text, name, uses } = plannedAt(state, each)
    const ofOutput = output === undefined ? {} : { output }
    found.unshift({ id, text: text ?? name ?? `${id} (${uses})`, status, ...ofOutput })
  }
  return found
}
