import type { Clock } from '../../clock.ts'
import type { Queries } from './queries.ts'

export interface LogReads {
  /** The position of the last event that is committed. */
  position(): Promise<number>
  /** The sessions with events after a position. */
  writtenAfter(position: number): Promise<WrittenSessions>
  /** Why the last read failed, or has no answer yet; undefined when all is well. */
  fault(): string | undefined
}

export interface WrittenSessions {
  readonly sessionIds: readonly string[]
  /** The last position that was looked at, where there may be more behind it. */
  readonly last: number | undefined
}

/** So many events at a time. */
const PAGE = 5000
/** How long a read may take before it counts as a fault. */
const PATIENCE_MS = 3000

// A session that was removed since counts, so that the page is known to be full.
const sessionsWrittenAfter = `
  SELECT session.id, max(page.position) AS last, count(*) AS events
  FROM (
    SELECT session AS no, position FROM stepstream.event
    WHERE position > $1 ORDER BY position LIMIT ${PAGE}
  ) AS page
  LEFT JOIN stepstream.session USING (no)
  GROUP BY session.id`

/** Reads of the log as one sequence over all sessions. */
export function createLogReads(queries: Queries, clock: Clock): LogReads {
  let fault: string | undefined

  return {
    async position() {
      const [row] = await watched(
        queries.rows<{ position: number }>(
          'SELECT position FROM stepstream.log_position',
          [],
          'log-position',
        ),
      )
      return row?.position ?? 0
    },
    async writtenAfter(position) {
      const rows = await watched(
        queries.rows<{ id: string | null; last: number; events: number }>(
          sessionsWrittenAfter,
          [position],
          'written-after',
        ),
      )
      const events = rows.reduce((sum, row) => sum + row.events, 0)
      return {
        sessionIds: rows.map(({ id }) => id).filter((id) => id !== null),
        last: events < PAGE ? undefined : Math.max(...rows.map(({ last }) => last)),
      }
    },
    fault: () => fault,
  }

  async function watched<Result>(read: Promise<Result>): Promise<Result> {
    const cancel = clock.setTimer(PATIENCE_MS, () => {
      fault = `the database has not answered for ${PATIENCE_MS / 1000} s`
    })
    try {
      const result = await read
      fault = undefined
      return result
    } catch (error) {
      fault = describe(error)
      throw error
    } finally {
      cancel()
    }
  }
}

function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return String(cause)
  // A refusal by each of a host's addresses comes without a message.
  return cause.message || ('code' in cause ? String(cause.code) : cause.name)
}
