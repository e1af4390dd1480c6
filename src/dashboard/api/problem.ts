import type { Problem } from '../../http/problem.ts'

/** What a request was refused with. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** The service could not be reached, or did not answer in time. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super('The service cannot be reached.', { cause })
    this.name = 'UnreachableError'
  }
}

export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401
}
