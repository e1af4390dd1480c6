// @module-tag slow

import { describe, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { loadAt, patience, postWithKey, runningAt, sessionAt } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

describe('limits of all replicas together', () => {
  test('so many sessions a minute are taken, whichever replicas are asked', async () => {
    await using replicas = await startReplicas(3, { MAX_SESSIONS_PER_MINUTE: '20' })
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        postWithKey(replicas.at(n % 3), `minute-${n}`, ['Wait 1 ms']),
      ),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(20)
    for (const { status, body, retryAfter } of answers) {
      if (status === 202) continue
      expect(status).toBe(429)
      expect(body.code).toBe('RATE_LIMITED')
      expect(retryAfter).toBeGreaterThan(0)
      expect(retryAfter).toBeLessThanOrEqual(60)
    }
  })

  test('no more are queued than may be, when all come at once to all replicas', async () => {
    await using held = await startHeldServer()
    await using replicas = await startReplicas(3, {
      MAX_SESSIONS_RUNNING: '2',
      MAX_SESSIONS_QUEUED: '4',
    })
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        postWithKey(replicas.at(n % 3), `burst-${n}`, [`GET ${held.url}/${n}`]),
      ),
    )
    const taken = answers.filter(({ status }) => status === 202)
    expect(taken).toHaveLength(3 * 2 + 4)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(50)
    expect(refused[0]).toMatchObject({ body: { code: 'TOO_MANY_SESSIONS' }, retryAfter: 5 })
    for (const _ of taken) (await held.next()).release()
    for (const { body } of taken) {
      const [last] = (await follow(replicas.at(1).url, String(body.sessionId))).slice(-1)
      expect(last?.type).toBe('session.completed')
    }
  })

  test('each replica runs as many as it has places, the others wait for the next free one', async () => {
    await using held = await startHeldServer()
    await using replicas = await startReplicas(3, {
      MAX_SESSIONS_RUNNING: '2',
      MAX_SESSIONS_QUEUED: '4',
    })
    const all = [...replicas]
    const post = (n: number) => postSession(replicas.at(0), [`GET ${held.url}/${n}`])
    const ids = await Promise.all([0, 1, 2, 3, 4, 5].map(post))
    const requests = [
      await held.next(),
      await held.next(),
      await held.next(),
      await held.next(),
      await held.next(),
      await held.next(),
    ]
    expect(await Promise.all(all.map(runningAt))).toEqual([2, 2, 2])

    for (const n of [6, 7, 8, 9]) ids.push(await post(n))
    await expect
      .poll(async () => (await Promise.all(all.map(loadAt))).map(({ queued }) => queued), patience)
      .toEqual([4, 4, 4])
    expect(held.count()).toBe(6)
    for (const sessionId of ids.slice(6)) {
      for (const replica of all) {
        expect((await sessionAt(replica, sessionId)).status).toBe('queued')
      }
    }
    for (const [n, replica] of all.entries()) {
      const { status, body, retryAfter } = await postWithKey(replica, `full-${n}`, ['Wait 1 ms'])
      expect(status).toBe(429)
      expect(body.code).toBe('TOO_MANY_SESSIONS')
      expect(retryAfter).toBeGreaterThan(0)
    }

    // One place after the other, so that it must be found wherever it becomes free.
    for (const request of requests.splice(0, 4)) {
      request.release()
      requests.push(await held.next())
    }
    expect(requests.map(({ path }) => path).slice(2)).toEqual(['/6', '/7', '/8', '/9'])
    for (const request of requests) request.release()
    for (const sessionId of ids) {
      const [last] = (await follow(replicas.at(1).url, sessionId)).slice(-1)
      expect(last?.type).toBe('session.completed')
    }
    expect(held.count()).toBe(10)
  })
})
