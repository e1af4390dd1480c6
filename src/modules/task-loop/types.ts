export interface AttemptRequest {
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
  /** Aborted with the reason `cancelled` or `shutdown`. */
  readonly signal: AbortSignal
}

/** Runs attempts: the only place that calls foreign code. */
export interface TaskLoop {
  /**
   * One attempt of one step through its executor: resolve the input, run under timeout and signal,
   * normalise the outcome, record it. Never rejects; resolves when the outcome is on disk, or when
   * the service shuts down before it could be written.
   */
  execute(request: AttemptRequest): Promise<void>
  /** What a step's `when` comes to. */
  condition(sessionId: string, stepId: string): Promise<void>
}
