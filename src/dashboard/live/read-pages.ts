import { UnreachableError } from '../api/problem.ts'
import { queryOf, request } from '../api/request.ts'
import { untilReached } from './connection.ts'
import type { LogPage, ReadPage } from './log-page.ts'

/**
 * A reader of a session's log, which waits where the service cannot be reached.
 * Its pages @throw ProblemError
 */
export function pagesOf(path: string, signal: AbortSignal): ReadPage {
  return ({ after, limit, types }) =>
    patiently(
      () => request<LogPage>(`${path}/events${queryOf({ after, limit, types })}`, { signal }),
      signal,
    )
}

const RETRY_MS = 3000

/** Asks until the service can be reached. */
export async function patiently<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error
      await untilReached(RETRY_MS, signal)
    }
  }
}
