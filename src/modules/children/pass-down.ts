import { errors, StepstreamError } from '../../errors.ts'
import type { StepProcessor } from '../step-processor/types.ts'

type Controls = Pick<StepProcessor, 'pause' | 'resume' | 'cancel'>

/** Asks of a child what was asked of its parent; one that has ended, or is about to, is left alone. */
export async function passDown(
  command: keyof Controls,
  child: string,
  reason: string,
  processor: Controls,
): Promise<void> {
  try {
    await processor[command](child, reason)
  } catch (error) {
    if (!(error instanceof StepstreamError) || errors[error.code].retryable) throw error
  }
}
