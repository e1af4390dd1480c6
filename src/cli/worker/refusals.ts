/** The service has answered, and will not do it however often it is asked. */
export class Refused extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(`${code}: ${message}`)
    this.status = status
    this.code = code
  }

  /** Whether the key is not good for it. */
  get isForbidden(): boolean {
    return this.status === 401 || this.status === 403
  }
}

/** The service cannot be reached, or cannot serve for now. */
export class Unavailable extends Error {
  /** When to ask again at the earliest, from now. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, retryAfterMs?: number) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}
