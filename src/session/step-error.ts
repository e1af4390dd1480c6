import { type ErrorCode, errors } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { StepError } from './events.ts'

/** An error as events carry it: what the executor knows, and what the table says about its code. */
export function stepError(error: {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  readonly details?: JsonObject
}): StepError {
  const { category, severity, suggestedAction } = errors[error.code]
  return {
    code: error.code,
    message: error.message,
    category,
    severity,
    retryable: error.retryable,
    suggestedAction,
    ...(error.details === undefined ? {} : { details: { ...error.details } }),
  }
}
