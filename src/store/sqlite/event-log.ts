import type { EncodedEvent } from '../types.ts'
import type { Database } from './database.ts'
import type { SessionHead } from './session-heads.ts'

/** The table of events as its one writer sees it. */
export interface EventLog {
  /** Adds events after the head's last, and moves the head. */
  add(head: SessionHead, events: readonly EncodedEvent[]): void
  /** Removes up to `limit` of a session's events, the oldest first, and says how many. */
  remove(session: number, limit: number): number
}

/** The setting that remembers the highest position, so that a purge of the newest events does not give it out again. */
export const POSITION = 'store.position'

export function createEventLog(database: Database): EventLog {
  const insert = database.prepare(
    'INSERT INTO event (position, session, tenant, seq, type, body) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const remove = database.prepare(`
    DELETE FROM event WHERE position IN
      (SELECT position FROM event WHERE session = ? ORDER BY seq LIMIT ?)
  `)
  const remember = database.prepare(
    'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  let position = lastPosition(database)

  return {
    add(head, events) {
      const { no, tenant } = head
      for (const { seq, type, body } of events) {
        position += 1
        insert.run(position, no, tenant, seq, type, body)
      }
      head.lastSeq += events.length
    },
    remove(session, limit) {
      const { changes } = remove.run(session, limit)
      if (changes > 0) remember.run(POSITION, String(position))
      return changes
    },
  }
}

function lastPosition(database: Database): number {
  const inLog = database.prepare('SELECT max(position) AS last FROM event')
  const remembered = database.prepare('SELECT value FROM setting WHERE name = ?')
  return Math.max(
    inLog.get<{ last: number | null }>()?.last ?? 0,
    Number(remembered.get<{ value: string }>(POSITION)?.value ?? 0),
  )
}
