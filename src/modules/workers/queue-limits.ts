import { StepstreamError } from '../../errors.ts'
import type { WorkerName } from './types.ts'

/** @throws StepstreamError FORBIDDEN where the key is limited to other queues */
export function refuseBeyondQueues({ queues }: Pick<WorkerName, 'queues'>, queue: string): void {
  if (queues === undefined || queues.includes(queue)) return
  const had = queues.join(', ')
  throw new StepstreamError('FORBIDDEN', `the key is limited to the queues ${had}`)
}
