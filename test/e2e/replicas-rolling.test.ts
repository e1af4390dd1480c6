// @module-tag slow

import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LoggedEvent } from '../../src/session/events.ts'
import { startReplicas } from '../support/replicas.ts'
import { startCountingServer } from './support/counting-server.ts'
import { readLog } from './support/json-log.ts'
import { checkLog } from './support/log-laws.ts'
import { type Followed, followThrough } from './support/persistent-follower.ts'
import { inTurn } from './support/replica-requests.ts'
import { untilAnswered } from './support/service-under-fire.ts'

/** Longer than a busy machine needs to hand a session over, and sooner than a silent replica is given up. */
const HANDOVER_MS = 5000

test('a restart of one replica after the other needs no client to do more than reconnect', {
  timeout: 90_000,
}, async () => {
  await using server = await startCountingServer()
  await using replicas = await startReplicas(3, { SHUTDOWN_GRACE: '5s' })
  await using load = keepLoading(inTurn(replicas), server.url)

  for (const replica of replicas) {
    await pause(1500)
    const stoppedAt = performance.now()
    expect(await replica.stop('SIGTERM'), replica.output().slice(-2000)).toBe(0)
    expect(performance.now() - stoppedAt).toBeLessThan(10_000)
    await replica.restart()
  }
  await pause(1500)
  const { ids, followed } = await load.end()
  expect(ids.length).toBeGreaterThan(50)
  expect(new Set(ids).size).toBe(ids.length)

  let longest = 0
  for (const { sessionId, frames, gaps } of followed) {
    const events = await readLog(replicas.at(0).url, sessionId)
    checkLog(events, new Map())
    expect(events.at(-1)?.type).toBe('session.completed')
    expect(events.filter(({ type }) => type === 'step.interrupted')).toEqual([])
    expect(gaps).toBe(0)
    expect(frames.map(({ data }) => JSON.parse(data))).toEqual(events)
    for (const step of ['s0', 's1', 's2', 's3', 's4', 's5']) {
      expect(server.of(`${sessionId}:${step}`), `requests of ${step}`).toHaveLength(1)
    }
    longest = Math.max(longest, longestPause(events))
  }
  expect(longest).toBeLessThan(HANDOVER_MS)
})

/** Starts a session every 100 ms, and follows each to its end. */
function keepLoading(balancer: Balancer, server: string) {
  const posted: Promise<string>[] = []
  const followed: Promise<Followed>[] = []
  const abandoned = new AbortController()
  let over = false
  const service: Balancer = {
    async url() {
      abandoned.signal.throwIfAborted()
      return balancer.url()
    },
  }
  const run = async () => {
    for (let n = 0; !over; n++) {
      const session = post(service, server, n)
      const following = session.then((sessionId) => followThrough(service, sessionId))
      // Whatever fails first is what the test reports.
      following.catch(() => {})
      posted.push(session)
      followed.push(following)
      await pause(100)
    }
  }
  const running = run()
  return {
    /** Starts nothing more, and waits until everything has ended. */
    async end() {
      over = true
      await running
      return { ids: await Promise.all(posted), followed: await Promise.all(followed) }
    },
    async [Symbol.asyncDispose]() {
      over = true
      abandoned.abort()
      await running
    },
  }
}

type Balancer = ReturnType<typeof inTurn>

/** Six requests of 300 ms each, of which none may be repeated. */
async function post(balancer: Balancer, server: string, n: number): Promise<string> {
  const steps = Array.from({ length: 6 }, (_, step) => ({
    id: `s${step}`,
    uses: 'webhook',
    with: { method: 'POST', url: `${server}/answer/300`, json: {} },
  }))
  const { status, body } = await untilAnswered(balancer, '/v1/sessions', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `rolling-${n}` },
    body: JSON.stringify(steps),
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return (body as { sessionId: string }).sessionId
}

/** Between two events of a session, in ms. */
function longestPause(events: readonly LoggedEvent[]): number {
  const at = events.map((event) => Date.parse(event.at))
  return Math.max(...at.map((time, n) => time - (at[n - 1] ?? time)))
}
