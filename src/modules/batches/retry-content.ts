import { StepstreamError } from '../../errors.ts'
import { finalSessionStatuses } from '../../session/status.ts'
import type { Store } from '../../store/types.ts'
import { eachSession } from './each-session.ts'
import { sessionIdsOf } from './record.ts'
import type { Batch, BatchContent, BatchItem } from './types.ts'

const retryable = [...finalSessionStatuses].filter((status) => status !== 'completed')

/**
 * What is to be done again of a batch that has ended: its sessions that ended otherwise than
 * completed, from where they failed, and those that were never started, from the beginning.
 * @throws ILLEGAL_TRANSITION where there are none
 */
export async function contentToRetry(
  batch: Batch,
  content: BatchContent | undefined,
  store: Pick<Store, 'listSessions'>,
): Promise<BatchContent> {
  const found = new Set<string>()
  await eachSession(batch, retryable, async (sessionId) => found.add(sessionId), store)
  const refused = new Set(batch.refused.map(({ index }) => index))
  const items = sessionIdsOf(batch).flatMap((sessionId, index): BatchItem[] => {
    if (found.has(sessionId)) return [{ retryOf: sessionId }]
    const item = content?.items[index]
    const isUnstarted = index >= batch.next || refused.has(index)
    return isUnstarted && item !== undefined ? [item] : []
  })
  if (items.length > 0) return { common: content?.common ?? {}, items }
  const message = `no session of batch ${batch.id} failed or was cancelled: there is nothing to retry`
  throw new StepstreamError('ILLEGAL_TRANSITION', message)
}
