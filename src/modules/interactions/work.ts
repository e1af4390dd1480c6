import { StepstreamError } from '../../errors.ts'
import type { GivenAnswer, OpenInteraction } from './types.ts'

/** People and signals answer in other ways. @throws StepstreamError INTERACTION_MISMATCH */
export function refuseUnlessWork({ interaction: { id, kind } }: OpenInteraction): void {
  if (kind === 'client' || kind === 'worker') return
  const how =
    kind === 'signal'
      ? 'by POST /v1/sessions/:id/signals/:name'
      : 'with a decision, by POST /v1/interactions/:id/answer'
  const message = `interaction ${id} is one of kind ${kind}: it is answered ${how}`
  throw new StepstreamError('INTERACTION_MISMATCH', message)
}

/** What is claimed is answered by whoever has it. @throws StepstreamError INTERACTION_LOST */
export function claimOf(
  { interaction }: OpenInteraction,
  { worker }: Pick<GivenAnswer, 'worker'>,
): number | undefined {
  const { id, queue, holder, claims } = interaction
  if (queue === undefined && worker === undefined) return undefined
  if (holder !== undefined && holder.worker === worker) return claims
  const message = `interaction ${id} is not claimed by ${worker ?? 'whoever answers'}`
  throw new StepstreamError('INTERACTION_LOST', message)
}
