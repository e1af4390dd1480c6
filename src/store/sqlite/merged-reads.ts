import type { StoreReads } from '../grouped-store.ts'
import type { Narrowing } from '../narrowing.ts'
import { type LogFilter, SCAN_ROWS, shareOf, takePage } from '../read-log.ts'
import type { PlacedEvent } from '../types.ts'
import type { Database, Statement } from './database.ts'
import { POSITION } from './event-log.ts'
import { condition } from './session-lists.ts'

type MergedReads = Pick<StoreReads, 'readLogOf' | 'scanLog' | 'logBounds'>

interface SessionRow {
  readonly id: string
  readonly no: number
  readonly ended: number
  readonly lastSeq: number
}

/** An event whose body is yet to be read. */
interface Place {
  readonly position: number
  readonly seq: number
}

/** Reads of several logs as one; each page is of one moment. */
export function createMergedReads(database: Database): MergedReads {
  const bounds = database.prepare(`
    SELECT (SELECT min(position) FROM event) AS first, max(
      coalesce((SELECT max(position) FROM event), 0),
      coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE name = '${POSITION}'), 0)
    ) AS last
  `)
  const session = database.prepare(`
    SELECT id, no, ended_at IS NOT NULL AS ended,
      (SELECT coalesce(max(seq), 0) FROM event WHERE event.session = no) AS lastSeq
    FROM session WHERE id = ? AND tenant = ? AND purge = 'live'
  `)
  // The index has the position in it, so no body is touched.
  const place = database.prepare('SELECT position FROM event WHERE session = ? AND seq = ?')
  const places = database.prepare(
    'SELECT position, seq FROM event WHERE session = ? AND seq > ? ORDER BY seq LIMIT ?',
  )
  const content = database.prepare('SELECT type, body FROM event WHERE position = ?')
  const reach = database.prepare(`
    SELECT max(position) AS last, count(*) AS rows
    FROM (SELECT position FROM event WHERE position > ? ORDER BY position LIMIT ${SCAN_ROWS})
  `)
  const scans = new Map<string, Statement>()

  return {
    async readLogOf({ tenant, ids, afterPosition, upTo = Number.MAX_SAFE_INTEGER, ...bound }) {
      return atOneMoment(() => {
        const { end } = readBounds()
        const found = ids.flatMap((id) => session.get<SessionRow>(id, tenant) ?? [])
        const known = new Set(found.map(({ id }) => id))
        const moved = found.filter(({ no, lastSeq }) => placeOf(no, lastSeq) > afterPosition)
        const share = shareOf(bound.limit, moved.length)
        const shares = moved.map(({ id, no, lastSeq }) => ({
          id,
          places: places.all<Place>(no, seqAt(no, lastSeq, afterPosition), share),
        }))
        // Behind the last event of a full share there may be more that nobody has looked at.
        const lasts = shares.map(({ places }) => places.at(share - 1)?.position ?? end)
        const reached = Math.min(end, upTo, ...lasts)
        const merged = shares
          .flatMap(({ id, places }) => places.map((one) => ({ ...one, sessionId: id })))
          .filter(({ position }) => position <= reached)
          .toSorted((a, b) => a.position - b.position)
        return {
          ...takePage(withContent(merged), reached, bound),
          end,
          unknown: ids.filter((id) => !known.has(id)),
          ended: found.every(({ ended }) => ended === 1),
        }
      })
    },

    async scanLog({ tenant, filter, afterPosition, ...bound }) {
      return atOneMoment(() => {
        const { end } = readBounds()
        const looked = reach.get<{ last: number | null; rows: number }>(afterPosition)
        const reached = looked?.rows === SCAN_ROWS ? (looked.last ?? end) : end
        const { statement, values } = scanOf(filter)
        const found = statement.iterate<PlacedEvent>(afterPosition, reached, tenant, ...values)
        return { ...takePage(found, reached, bound), end, unknown: [], ended: false }
      })
    },

    async logBounds() {
      return readBounds()
    },
  }

  function atOneMoment<Result>(read: () => Result): Result {
    database.exec('BEGIN')
    try {
      return read()
    } finally {
      database.exec('COMMIT')
    }
  }

  function readBounds(): { first: number; end: number } {
    const { first = null, last = 0 } = bounds.get<{ first: number | null; last: number }>() ?? {}
    return { first: first ?? last + 1, end: last }
  }

  function placeOf(no: number, seq: number): number {
    return place.get<{ position: number }>(no, seq)?.position ?? 0
  }

  /** The seq of a session's last event up to a position, by halves: both grow together. */
  function seqAt(no: number, lastSeq: number, position: number): number {
    let before = 0
    let after = position === 0 ? 1 : lastSeq + 1
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2)
      if (placeOf(no, middle) <= position) before = middle
      else after = middle
    }
    return before
  }

  function* withContent(
    merged: readonly (Place & { readonly sessionId: string })[],
  ): Iterable<PlacedEvent> {
    for (const one of merged) {
      const found = content.get<Pick<PlacedEvent, 'type' | 'body'>>(one.position)
      if (found !== undefined) yield { ...one, ...found }
    }
  }

  function scanOf({ name, workflow, labels = [] }: LogFilter['filter']) {
    const columns = Object.entries({ workflow, name }).flatMap(([on, value]) =>
      value === undefined ? [] : [{ on, value } as Narrowing],
    )
    const ofLabels = labels.map((label): Narrowing => ({ on: 'label', ...label }))
    const conditions = [...columns, ...ofLabels].map(condition)
    const sql = `
      SELECT event.position, session.id AS sessionId, event.seq, event.type, event.body
      FROM event CROSS JOIN session ON session.no = event.session
      WHERE event.position > ? AND event.position <= ? AND session.tenant = ?
        AND ${["session.purge = 'live'", ...conditions.map((one) => one.sql)].join(' AND ')}
      ORDER BY event.position`
    const statement = scans.get(sql) ?? database.prepare(sql)
    scans.set(sql, statement)
    return { statement, values: conditions.flatMap(({ values }) => values) }
  }
}
