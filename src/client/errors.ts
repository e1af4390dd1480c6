import type { Gap, Problem } from './types.ts'

/** The service refused a request. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  /** The status of the answer. */
  readonly status: number
  /** What the service says about it; undefined where what answered was something else, as a proxy. */
  readonly problem: Problem | undefined

  constructor(
    status: number,
    problem: Problem | undefined,
    message = problem?.detail ?? `the service answered ${status}`,
  ) {
    super(message)
    this.status = status
    this.problem = problem
  }

  /** Stable; to branch on. */
  get code(): Problem['code'] | undefined {
    return this.problem?.code
  }
}

/** Events that were asked for are not to be had. */
export class StreamGapError extends Error {
  override readonly name = 'StreamGapError'
  readonly gap: Gap

  constructor(gap: Gap) {
    super(`events after ${gap.requested} are not to be had (${gap.reason})`)
    this.gap = gap
  }
}

/** Reads what came with an error status. */
export function problemErrorOf(status: number, body: unknown): ProblemError {
  return new ProblemError(status, isProblem(body) ? body : undefined)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body
}
