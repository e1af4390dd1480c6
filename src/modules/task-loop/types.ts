export interface AttemptRequest {
  readonly sessionId: string
  readonly stepId: string
  readonly attempt: number
}

/** An attempt under way. */
export interface Execution {
  /** Never rejects; resolves when the outcome is on disk, or could not be written before a shutdown. */
  readonly ended: Promise<void>
  /** Tells the executor to stop; what the attempt ends in follows from the first reason given. */
  stop(reason: 'cancelled' | 'shutdown'): void
}

/** Runs attempts: the only place that calls foreign code. */
export interface TaskLoop {
  /**
   * One attempt of one step through its executor: resolve the input, run under timeout and signal,
   * normalise the outcome, record it.
   */
  execute(request: AttemptRequest): Execution
  /** Evaluates a step's `when` and records what it came to. */
  condition(sessionId: string, stepId: string): Promise<void>
}
