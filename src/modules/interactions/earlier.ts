import { StepstreamError } from '../../errors.ts'
import type { Store } from '../../store/types.ts'
import type { SessionCoordinator } from '../session-coordinator/types.ts'
import { ANSWERED, type AnsweredRecord, answeredRecordOf, OPEN, openRecordOf } from './record.ts'

/** What an interaction was answered with before; undefined where it was not. */
export type EarlierAnswer = (tenant: string, id: string) => Promise<AnsweredRecord | undefined>

export interface EarlierOptions {
  readonly store: Pick<Store, 'document'>
  readonly coordinator: Pick<SessionCoordinator, 'current'>
}

export function createEarlier({ store, coordinator }: EarlierOptions): EarlierAnswer {
  return async (tenant, id) => {
    const document = await store.document(tenant, OPEN, id)
    if (document === undefined) {
      const kept = await store.document(tenant, ANSWERED, id)
      return kept && answeredRecordOf(kept)
    }
    // It was answered, and that is not kept apart yet.
    const { sessionId, stepId } = openRecordOf(document)
    const { state } = (await coordinator.current(sessionId)) ?? {}
    const index = state?.graph.indexOf.get(stepId) ?? -1
    const answer = state?.steps[index]?.answer
    return answer?.interactionId === id ? { sessionId, stepId, ...answer } : undefined
  }
}

/** An answer that comes again is that of the first time. @throws StepstreamError INTERACTION_ANSWERED */
export function refuseOtherAnswer(id: string, digest: string, { digest: before }: AnsweredRecord) {
  if (digest === before) return
  throw new StepstreamError('INTERACTION_ANSWERED', `interaction ${id} was answered otherwise`)
}

/** Whether an answer came too late: perhaps whoever was faster gave the same one. */
export function isOver(refusal: unknown): boolean {
  if (!(refusal instanceof StepstreamError)) return false
  return refusal.code === 'INTERACTION_OVER' || refusal.code === 'INTERACTION_NOT_FOUND'
}
