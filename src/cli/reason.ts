/** What there is to say of an error, on one line: that of its cause, where it has one. */
export function reasonOf(error: unknown): string {
  const { message, code, cause } = error as Error & { code?: string; cause?: unknown }
  if (cause instanceof Error) return reasonOf(cause)
  // A refusal by each of a host’s addresses comes without a message.
  return message || code || String(error)
}
