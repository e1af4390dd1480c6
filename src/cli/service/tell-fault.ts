import { ProblemError } from '../../client/index.ts'

/** What a program exits with; a session that completed, or whatever else was asked for, is 0. */
export const exitCodes = {
  /** The session failed, or the service did not do what it was asked for. */
  failed: 1,
  /** There is no result: called wrongly, a plan with faults, or the session was cancelled. */
  noResult: 2,
} as const

type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/**
 * Tells on standard error why the service did not do what it was asked for, and what to do about it.
 * @returns what the program is to exit with
 * @throws what is neither an answer of the service nor a failed connection: a fault of ours
 */
export function tellFault(error: unknown, url: string): ExitCode {
  if (error instanceof ProblemError) return tellProblem(error)
  if (!isConnectionFault(error)) throw error
  tell(
    `error: Stepstream at ${url} cannot be reached: ${reasonOf(error)}`,
    'Check that it runs (stepstream serve) and that --url or STEPSTREAM_URL is right; stepstream doctor says more.',
  )
  return exitCodes.failed
}

function tellProblem({ status, problem, message }: ProblemError): ExitCode {
  if (problem === undefined) {
    tell(`error: ${message}`, 'Check that --url leads to a Stepstream service.')
    return exitCodes.failed
  }
  const { code, detail, suggestedAction, faults = [] } = problem
  tell(
    `error: ${detail} (${code})`,
    ...faults.map(
      ({ pointer, message }) => `  ${pointer === '' ? 'all of it' : pointer}: ${message}`,
    ),
    ...(suggestedAction === undefined ? [] : [suggestedAction]),
  )
  return status === 400 || status === 422 ? exitCodes.noResult : exitCodes.failed
}

/** `fetch` tells of a connection that failed as a TypeError, with the reason behind it. */
function isConnectionFault(error: unknown): error is TypeError & { readonly cause: Error } {
  return error instanceof TypeError && error.cause instanceof Error
}

function reasonOf({ cause }: { readonly cause: Error }): string {
  return cause.message || (cause as NodeJS.ErrnoException).code || cause.name
}

function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}
