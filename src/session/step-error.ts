import { type ErrorCode, errors } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { StepError } from './events.ts'

/** What led to an error, one link of a chain. */
export interface Cause {
  readonly code?: string
  readonly message: string
}

/**
 * An error as events carry it: what the executor knows, and what the table says about its code.
 * @param id names this occurrence for good; see `errorIdOf`
 */
export function stepError(
  error: {
    readonly code: ErrorCode
    readonly message: string
    readonly retryable: boolean
    readonly details?: JsonObject
    readonly causes?: readonly Cause[]
  },
  id: string,
): StepError {
  const { category, severity, recoverable, suggestedAction } = errors[error.code]
  return {
    id,
    code: error.code,
    message: error.message,
    category,
    severity,
    retryable: error.retryable,
    recoverable,
    suggestedAction,
    ...(error.causes === undefined ? {} : { causes: [...error.causes] }),
    ...(error.details === undefined ? {} : { details: { ...error.details } }),
  }
}

/** The id of what an attempt of a step fails with; attempt 0 is what fails before the first. */
export function errorIdOf(sessionId: string, stepId: string, attempt = 0): string {
  return `${sessionId}:${stepId}:${attempt}`
}
