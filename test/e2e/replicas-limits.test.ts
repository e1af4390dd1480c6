import { describe, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { type Replica, startReplicas } from '../support/replicas.ts'
import { startHeldServer } from './support/held-server.ts'
import { loadAt, patience, read, runningAt, sessionAt } from './support/replica-requests.ts'
import { postSession } from './support/started.ts'

describe('limits of all replicas together', () => {
  test('a key that is used on three replicas at the same moment makes one session', async () => {
    await using replicas = await startReplicas(3)
    for (let turn = 0; turn < 20; turn++) {
      const answers = await Promise.all(
        Array.from({ length: 9 }, (_, n) => postWith(replicas.at(n % 3), `same-${turn}`)),
      )
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 202))
      expect(new Set(answers.map(({ body }) => body.sessionId)).size).toBe(1)
      expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1)
    }
    const listed = await read<{ sessions: unknown[] }>(replicas.at(2), '/v1/sessions?limit=200')
    expect(listed.sessions).toHaveLength(20)

    const others = await Promise.all(
      Array.from(replicas, (replica) => postWith(replica, 'same-0', 'Wait 2 ms')),
    )
    for (const { status, body } of others) {
      expect(status).toBe(422)
      expect(body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    }
    for (let turn = 0; turn < 20; turn++) {
      const rivals = await Promise.all(
        Array.from(replicas, (replica, n) => postWith(replica, `rival-${turn}`, `Wait ${n + 1} ms`)),
      )
      expect(rivals.map(({ status }) => status).toSorted()).toEqual([202, 422, 422])
    }
  })

  test('so many sessions a minute are taken, whichever replicas are asked', async () => {
    await using replicas = await startReplicas(3, { MAX_SESSIONS_PER_MINUTE: '20' })
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => postWith(replicas.at(n % 3), `minute-${n}`)),
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
      const { status, body, retryAfter } = await postWith(replica, `full-${n}`)
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

interface Posted {
  readonly status: number
  readonly body: { readonly sessionId?: string; readonly code?: string }
  readonly replayed: boolean
  /** Seconds. */
  readonly retryAfter: number
}

async function postWith({ url }: Replica, key: string, step = 'Wait 1 ms'): Promise<Posted> {
  const response = await fetch(`${url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify([step]),
  })
  return {
    status: response.status,
    body: (await response.json()) as Posted['body'],
    replayed: response.headers.get('idempotency-replayed') === 'true',
    retryAfter: Number(response.headers.get('retry-after')),
  }
}
