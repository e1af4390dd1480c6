// @module-tag slow

import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { mostAtOnce } from './support/overlap.ts'
import { postSession } from './support/started.ts'

const SESSIONS = 60

test('a concurrency key holds over all replicas, also when one of them is killed', {
  timeout: 120_000,
}, async () => {
  await using replicas = await startReplicas(3, { MAX_SESSIONS_RUNNING: '20' })
  const ids = await Promise.all(
    Array.from({ length: SESSIONS }, (_, n) =>
      postSession(replicas.at(n % 3), {
        concurrency: { key: 'shop', limit: 3 },
        steps: ['Wait 1 ms', 'Wait 100 ms'],
      }),
    ),
  )
  const first = await follow(replicas.at(0).url, ids[0] ?? '')
  await replicas.at(2).stop('SIGKILL')
  const rest = await Promise.all(ids.slice(1).map((id) => follow(replicas.at(1).url, id)))
  const logs = [first, ...rest]
  for (const log of logs) expect(log.at(-1)?.type).toBe('session.completed')
  expect(mostAtOnce(logs)).toBe(3)
})
