import { errors, type StepstreamError } from '../../errors.ts'
import type { Outcome } from './types.ts'

/** The outcome of an attempt that met a fault of the table: whether to try again is the table's word. */
export function toErrorOutcome(error: StepstreamError): Outcome {
  return {
    status: 'error',
    code: error.code,
    message: error.message,
    retryable: errors[error.code].retryable,
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(error.details === undefined ? {} : { details: error.details }),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  }
}
