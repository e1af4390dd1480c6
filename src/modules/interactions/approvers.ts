import { StepstreamError } from '../../errors.ts'
import type { InteractionRequest } from '../../session/events.ts'

/** @throws StepstreamError NOT_AN_APPROVER where neither the person nor the key is one of those who may answer */
export function refuseUnlessApprover(
  { approvers }: Pick<InteractionRequest, 'approvers'>,
  { actor, key }: { readonly actor?: string | undefined; readonly key?: string | undefined },
): void {
  if (approvers === undefined) return
  if ([actor, key].some((name) => name !== undefined && approvers.includes(name))) return
  const who = actor ?? key ?? 'whoever answers without a name'
  throw new StepstreamError('NOT_AN_APPROVER', `${who} is not one of those who may answer`)
}
