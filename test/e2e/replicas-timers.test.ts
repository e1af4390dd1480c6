// @module-tag slow

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { lastOf } from '../support/sessions.ts'
import { startHeldServer } from './support/held-server.ts'
import { checkLog } from './support/log-laws.ts'
import { postSession } from './support/started.ts'
import { storyOf } from './support/story.ts'

const SESSIONS = 20
const DUE_MS = 5000

test('what falls due while all replicas are down happens once', { timeout: 60_000 }, async () => {
  await using held = await startHeldServer()
  await using replicas = await startReplicas(3)
  const all = [...replicas]
  const post = (workflow: unknown) =>
    Promise.all(
      Array.from({ length: SESSIONS }, (_, n) => postSession(replicas.at(n % 3), workflow)),
    )
  const url = `${held.url}/`
  const retry = { maxAttempts: 2, backoff: 'fixed', delay: `${DUE_MS}ms`, jitter: false }
  const retrying = post([{ uses: 'webhook', with: { url }, retry }])
  for (let n = 0; n < SESSIONS; n++) (await held.next()).refuse()
  const waits = await post([`Wait ${DUE_MS} ms`, `GET ${url}`])
  const limited = await post({
    timeout: `${DUE_MS}ms`,
    steps: [
      { uses: 'wait', with: { for: '3s' } },
      { uses: 'wait', with: { for: '2s' } },
    ],
  })
  const backOffs = await retrying
  for (const sessionId of [...backOffs, ...waits, ...limited]) {
    await follow(replicas.at(0).url, sessionId, { until: ({ type }) => type === 'session.waiting' })
  }
  const dueAt = Date.now() + DUE_MS

  await Promise.all(all.map((replica) => replica.stop('SIGKILL')))
  expect(held.count()).toBe(SESSIONS)
  await pause(Math.max(0, dueAt + 100 - Date.now()))
  await Promise.all(all.map((replica) => replica.restart()))
  for (let n = 0; n < 2 * SESSIONS; n++) (await held.next()).release()

  for (const sessionId of waits) {
    expect(await storyAt(replicas.at(1), sessionId)).toEqual([
      'session.created',
      'session.started',
      'step.started step1',
      'step.waiting step1',
      'session.waiting',
      'step.completed step1',
      'step.started step2',
      'step.completed step2',
      'session.completed',
    ])
  }
  for (const sessionId of backOffs) {
    expect(await storyAt(replicas.at(2), sessionId)).toEqual([
      'session.created',
      'session.started',
      'step.started step1',
      'step.retrying step1',
      'session.waiting',
      'step.started step1',
      'step.completed step1',
      'session.completed',
    ])
  }
  for (const sessionId of limited) {
    const events = await follow(replicas.at(0).url, sessionId)
    checkLog(events, new Map())
    expect(lastOf(events, 'session.failed').error.code).toBe('SESSION_TIMEOUT')
  }
  expect(held.count()).toBe(3 * SESSIONS)
})

async function storyAt({ url }: Replica, sessionId: string): Promise<string[]> {
  const events = await follow(url, sessionId)
  checkLog(events, new Map())
  return storyOf(events)
}
