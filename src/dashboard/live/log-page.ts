import type { LoggedEvent } from '../../session/events.ts'
import { UnreachableError } from '../api/problem.ts'
import { queryOf, request } from '../api/request.ts'
import { untilReached } from './connection.ts'

/** A page of a log, as the service answers it. */
export interface LogPage {
  readonly events: readonly LoggedEvent[]
  /** The `after` of the page behind it. */
  readonly next: number
  /** The last event of the log by then. */
  readonly last: number
  readonly upToDate: boolean
  readonly ended: boolean
}

export interface PageQuery {
  /** Absent: from the first event that is kept. */
  readonly after?: number | undefined
  readonly limit: number
  /** As in `?types=`. */
  readonly types?: string | undefined
}

/** Reads pages of one log. */
export type ReadPage = (query: PageQuery) => Promise<LogPage>

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
