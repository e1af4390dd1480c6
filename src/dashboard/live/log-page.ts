import type { LoggedEvent } from '../../session/events.ts'

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
