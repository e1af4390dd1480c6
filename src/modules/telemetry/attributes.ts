import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { StepError } from '../../session/events.ts'

export function errorAttributes(error: StepError | undefined): Attributes {
  if (error === undefined) return {}
  return {
    // Source: OpenTelemetry semantic conventions, general attributes.
    'error.type': error.code,
    'stepstream.error.category': error.category,
    'stepstream.error.retryable': error.retryable,
  }
}

export function definedOf(attributes: Record<string, AttributeValue | undefined>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
