import { join } from 'node:path'
import { openWriteConnection } from '../../src/store/sqlite/connection.ts'
import type { Commit } from '../../src/store/types.ts'

/** The floor: commits the rows of recorded groups, in the same groups, with nothing around them; ms. */
export function replayGroups(
  folder: string,
  groups: readonly (readonly Commit[])[],
  plan: string,
): number {
  const database = openWriteConnection(join(folder, 'floor.db'))
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const insertSession = database.prepare(
    "INSERT INTO session (id, tenant, status, total_steps, created_at) VALUES (?, 'default', 'queued', 10, 0)",
  )
  const insertPlan = database.prepare("INSERT INTO plan VALUES (?, 'default', ?, '{}')")
  const insertEvent = database.prepare(
    "INSERT INTO event (session, tenant, seq, type, body) VALUES (?, 'default', ?, ?, ?)",
  )
  const updateSession = database.prepare('UPDATE session SET status = ?, ended_at = ? WHERE no = ?')
  const numbers = new Map<string, number>()
  const began = performance.now()
  for (const group of groups) {
    begin.run()
    for (const { sessionId, events, status } of group) {
      let no = numbers.get(sessionId)
      if (no === undefined) {
        no = insertSession.run(sessionId).lastId
        insertPlan.run(no, plan)
        numbers.set(sessionId, no)
      } else if (status !== undefined) {
        updateSession.run(status, status === 'completed' ? 1 : null, no)
      }
      for (const { seq, type, body } of events) insertEvent.run(no, seq, type, body)
    }
    commit.run()
  }
  const ms = performance.now() - began
  database.close()
  return ms
}
