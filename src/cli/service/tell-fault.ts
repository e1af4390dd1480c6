import { ProblemError } from '../../client/index.ts'
import { oneLine } from '../../session/line-text.ts'
import { reasonOf } from '../reason.ts'

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

/**
 * The same for what the service answered.
 * @param about what it is about, where several were asked for
 */
export function tellProblem(
  { status, problem, message }: ProblemError,
  about: string = '',
): ExitCode {
  if (problem === undefined) {
    tell(`error: ${about}${oneLine(message)}`, 'Check that --url leads to a Stepstream service.')
    return exitCodes.failed
  }
  const { code, detail, suggestedAction, faults = [] } = problem
  tell(
    `error: ${about}${oneLine(detail)} (${code})`,
    ...faults.map(
      ({ pointer, message }) =>
        `  ${pointer === '' ? 'all of it' : oneLine(pointer)}: ${oneLine(message)}`,
    ),
    ...(suggestedAction === undefined ? [] : [oneLine(suggestedAction)]),
  )
  return status === 400 || status === 422 ? exitCodes.noResult : exitCodes.failed
}

/** `fetch` tells of a connection that failed as a TypeError, with the reason behind it. */
function isConnectionFault(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error
}

export function tell(...lines: readonly string[]): void {
  process.stderr.write(`${lines.join('\n')}\n`)
}
