import { StepstreamError } from '../../errors.ts'

type Doing = 'read' | 'written' | 'removed'

/**
 * The refusal of whatever keeps the bytes, with its reason as the cause. No fault is the caller's:
 * names are checked before, and what is asked for is always the same.
 */
export function unavailable(doing: Doing, cause: unknown): StepstreamError {
  return new StepstreamError('STORAGE_UNAVAILABLE', `the artifact cannot be ${doing}`, { cause })
}

/** @throws StepstreamError STORAGE_UNAVAILABLE when the work fails */
export async function orUnavailable<Value>(doing: Doing, work: Promise<Value>): Promise<Value> {
  try {
    return await work
  } catch (cause) {
    throw unavailable(doing, cause)
  }
}
