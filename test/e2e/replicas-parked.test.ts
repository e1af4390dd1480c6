import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { query } from '../support-tests/query.ts'
import { loadAt, patience } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

const PARKED = 1000

test('sessions that wait for an hour are in nobody’s hands', { timeout: 60_000 }, async () => {
  await using replicas = await startReplicas(3, { MAX_SESSIONS_RUNNING: '50' })
  const all = [...replicas]
  for (let posted = 0; posted < PARKED; posted += 100) {
    const batch = Array.from({ length: 100 }, (_, n) =>
      postSession(replicas.at(n % 3), { timeout: '1d', steps: ['Wait 1 hour'] }),
    )
    await Promise.all(batch)
  }
  const statuses = 'SELECT status, count(*)::int FROM stepstream.session GROUP BY status'
  await expect
    .poll(() => query(replicas.databaseUrl, statuses), { timeout: 20_000, interval: 100 })
    .toEqual([{ status: 'waiting', count: PARKED }])
  await expect
    .poll(() => Promise.all(all.map(loadAt)), patience)
    .toEqual(all.map(() => ({ running: 0, queued: 0 })))
  const held = "SELECT count(*)::int FROM stepstream_queue.job WHERE state IN ('created', 'active')"
  // A replica counts a session as parked before its queue has taken note.
  await expect
    .poll(() => query(replicas.databaseUrl, `${held} AND name NOT LIKE '%schedule%'`))
    .toEqual([{ count: 0 }])
  const owned = 'SELECT count(*)::int FROM stepstream.session WHERE owner IS NOT NULL'
  expect(await query(replicas.databaseUrl, owned)).toEqual([{ count: 0 }])

  // There is room for others, at once.
  const sessionId = await postSession(replicas.at(0), ['Wait 1 ms'])
  const events = await follow(replicas.at(1).url, sessionId)
  expect(events.at(-1)?.type).toBe('session.completed')
})
