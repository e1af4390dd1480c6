import { StepstreamError } from '../../errors.ts'
import type { Cause } from '../../session/step-error.ts'
import type { Outcome } from '../executors/types.ts'

/** How much of a message or a preview an event carries. */
const MAX_TEXT_CHARS = 2000

const MAX_CODE_CHARS = 100

/** How many links of a chain of causes are told; what lies deeper explains little, and a chain can be a ring. */
const MAX_CAUSES = 5

/** A throw is an `error`; only one of our own says what it was. */
export function thrownOutcome(error: unknown): Outcome {
  const code = error instanceof StepstreamError ? error.code : 'EXECUTOR_FAILED'
  const details = error instanceof StepstreamError ? error.details : undefined
  const cause = error instanceof Error ? fieldOf(error, 'cause') : undefined
  return {
    status: 'error',
    code,
    message: messageOf(error),
    retryable: false,
    ...(details === undefined ? {} : { details }),
    ...(cause === undefined ? {} : { cause }),
  }
}

/** What a thrown value says; anything can be thrown. */
export function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message) : String(error)
  } catch {
    return 'something was thrown that cannot be shown'
  }
}

/** A chain of causes as events carry it, the nearest first: messages and codes, never stacks or fields. */
export function causesOf(
  nearest: unknown,
  maskText: (text: string) => string,
): { causes?: readonly Cause[] } {
  const causes: Cause[] = []
  let cause = nearest
  while (cause !== undefined && cause !== null && causes.length < MAX_CAUSES) {
    causes.push(linkOf(cause, maskText))
    cause = behind(cause)
  }
  return causes.length === 0 ? {} : { causes }
}

export function clip(text: string): string {
  return text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS)}…`
}

function linkOf(cause: unknown, maskText: (text: string) => string): Cause {
  const code = fieldOf(cause, 'code')
  // What stands for several errors often says nothing itself.
  const text = messageOf(cause) || String(fieldOf(cause, 'name') ?? 'unknown')
  const message = clip(maskText(text))
  if (typeof code !== 'string' || code === '') return { message }
  return { code: maskText(code).slice(0, MAX_CODE_CHARS), message }
}

/** What led to a cause; of several that came together the first speaks for all. */
function behind(cause: unknown): unknown {
  const several = fieldOf(cause, 'errors')
  return fieldOf(cause, 'cause') ?? (Array.isArray(several) ? several[0] : undefined)
}

/** A field of something foreign, whose getters may throw. */
function fieldOf(value: unknown, name: string): unknown {
  try {
    return value instanceof Error ? Reflect.get(value, name) : undefined
  } catch {
    return undefined
  }
}
