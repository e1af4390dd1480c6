import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { postSession } from './support/started.ts'

test('a replica cancels what another one runs, and what is parked', {
  timeout: 60_000,
}, async () => {
  await using replicas = await startReplicas(2, { COMMANDS: 'sleep' })
  const labels = { env: 'test' }
  const running = { labels, steps: [{ uses: 'command', with: { run: ['sleep', '600'] } }] }
  const parked = { labels, steps: ['Wait 30d'], timeout: '60d' }
  const ids = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      postSession(replicas.at(n % 2), n % 3 === 0 ? running : parked),
    ),
  )
  await Promise.all(
    ids.map((id, n) =>
      follow(replicas.at(0).url, id, {
        until: ({ type }) => type === (n % 3 === 0 ? 'step.started' : 'session.waiting'),
      }),
    ),
  )
  const response = await fetch(`${replicas.at(1).url}/v1/sessions/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: { label: 'env:test' } }),
  })
  expect(await response.json()).toEqual({
    matched: 12,
    cancelled: 12,
    failed: [],
    more: false,
    next: null,
  })
  for (const [n, id] of ids.entries()) {
    const log = await follow(replicas.at(n % 2).url, id)
    expect(log.at(-1)?.type).toBe('session.cancelled')
  }
})
