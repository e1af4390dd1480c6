/** ok: as it should be; warning: it works, but; broken: something does not work; none: there is nothing to check. */
export type Health = 'ok' | 'warning' | 'broken' | 'none'

/** What a check has found. */
export interface Finding {
  readonly check: string
  readonly health: Health
  readonly detail: string
  /** What to do about it. */
  readonly action?: string
}

/** Looks at one thing, and changes nothing. */
export type Check = () => Promise<Finding | readonly Finding[]>

/** What there is to say of an error, on one line. */
export function reasonOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string; cause?: unknown }
  if (cause instanceof Error) return reasonOf(cause)
  // A refusal by each of a host’s addresses comes without a message.
  return message || code || String(error)
}
